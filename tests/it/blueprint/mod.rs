//! What keys of a blueprint do that concern more than one kind: what moves, stays, ends, lies elsewhere, and what is refused
//! before anything is made.

mod account;
mod bootstrap;
mod existing;
mod hosting;
mod lifetime;
mod mistakes;
mod moved;
mod network;
mod outside;
mod pages;
mod region;
mod removed;
mod sign_in;
mod targets;
