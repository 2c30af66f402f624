"use strict";

// Stands in for amazon-connect-streams in simulated runs that have no copy of it. The page says so, and carries no calls.
var connect = { standIn: true };
