//! What is in the objects of a state in a shared store.

use std::path::Path;

use headset_kinds::objects::Object;

use super::departure::{Kept, Leaving};
use super::file::StoreError;
use super::shared::{COPY, Fetched, STATE, Shared};
use super::snapshot::{self, Snapshot, Unreadable};

impl Shared {
    /// The state that is there, if there is one, it is whole, and counts there.
    ///
    /// # Errors
    /// If it cannot be read, is damaged, or counts in another place.
    pub(super) async fn read_state(&self) -> Result<Option<Fetched>, StoreError> {
        let object = self.folder().get(STATE).await?;
        let fetched = self.examined(object).await?;
        match fetched.as_ref().and_then(|fetched| fetched.leaving.clone()) {
            None => Ok(fetched),
            Some(leaving) => Err(self.has_left(leaving)),
        }
    }

    /// That the state counts in another place.
    pub(super) fn has_left(&self, leaving: Leaving) -> StoreError {
        let Leaving { to, over } = leaving;
        let kept = Kept::There {
            state: self.address(),
            store: self.store().to_owned(),
        };
        match over {
            true => StoreError::Moved { to, kept },
            false => StoreError::Moving { to, kept },
        }
    }

    /// What is in the object with the state, if that is whole. Where it is missing, what its copy says if that was moved: so
    /// that what was moved away does not come back with an object that is lost.
    ///
    /// # Errors
    /// If it is damaged, another one's, or missing where it was.
    pub(super) async fn examined(&self, object: Option<Object>) -> Result<Option<Fetched>, StoreError> {
        let object = match object {
            Some(object) => Some(object),
            // What was there once has a copy: the run that writes the first state may just have come to its end.
            None => match self.folder().get(COPY).await? {
                None => None,
                Some(copy) => match self.folder().get(STATE).await? {
                    None => return self.missing(copy).map(Some),
                    written => written,
                },
            },
        };
        let Some(Object { body, tag }) = object else {
            return Ok(None);
        };
        let fetched = self.whole(body, Some(tag)).map_err(|why| match why {
            Unreadable::Damaged(reason) => self.damaged(reason),
            why @ Unreadable::OtherVersion(_) => why.about(Path::new(&self.folder().named(STATE))),
        })?;
        Ok(Some(fetched))
    }

    /// What a copy tells of a state that is missing.
    fn missing(&self, copy: Object) -> Result<Fetched, StoreError> {
        match self.whole(copy.body, None) {
            Ok(fetched) if fetched.leaving.is_some() => Ok(fetched),
            _ => Err(self.damaged(format!("it is missing, and {COPY} is there"))),
        }
    }

    /// The snapshot in an object, if it is whole and belongs here.
    ///
    /// # Errors
    /// Why it is not.
    pub(super) fn whole(&self, body: Vec<u8>, tag: Option<String>) -> Result<Fetched, Unreadable> {
        let text = String::from_utf8(body).map_err(|error| Unreadable::Damaged(error.to_string()))?;
        let Snapshot { state, sum, leaving } = snapshot::read(&text)?;
        if !self.belongs().is(&state) {
            return Err(Unreadable::Damaged(self.belongs().but_is(&state)));
        }
        Ok(Fetched {
            text,
            tag,
            state,
            sum,
            leaving,
        })
    }

    /// After how many changes the state is, as far as it can be read.
    pub async fn serial(&self) -> u64 {
        let object = self.folder().get(STATE).await.ok().flatten();
        let state = object.and_then(|object| self.whole(object.body, None).ok());
        state.map(|fetched| fetched.state.serial).unwrap_or_default()
    }

    /// Whether anything of a state is there.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn is_there(&self) -> Result<bool, StoreError> {
        for name in [STATE, COPY] {
            if self.folder().get(name).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn damaged(&self, reason: String) -> StoreError {
        StoreError::DamagedThere {
            state: self.address(),
            object: self.folder().named(STATE),
            reason,
        }
    }
}
