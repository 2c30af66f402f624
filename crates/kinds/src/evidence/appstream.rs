//! What is assumed of Amazon AppStream 2.0.

use super::model::{Evidence, Signal};
use crate::appstream::{EntitlementSpec, FleetSpec, ImageBuilderSpec, StackSpec};
use headset_core::Class;

pub(super) const ALL: &[Evidence] = &[
    Evidence {
        id: "appstream.in-use-lingers",
        belief: "AppStream stops refusing a deletion as in use within three minutes after the last use has ended",
        source: "clients retry for a while after DisassociateFleet; no source says for how long",
        fallback: "run the command again some minutes later: it tries the deletion again",
        signals: &[Signal::Call {
            service: "appstream",
            operations: &["DeleteFleet", "DeleteImage", "DeleteImageBuilder", "DeleteStack"],
            classes: &[Class::InUse],
        }],
    },
    Evidence {
        id: "appstream.assistant-equals",
        belief: "image-assistant.exe takes what stands behind the first `=` of an argument as the whole value of the option",
        source: "it parses with CommandLineParser for .NET, whose released versions do so; an early one cut the value at the \
                 next `=`",
        fallback: "the image's catalog is compared with the recipe, and the step says what differs: write the arguments of the \
                   program without a hyphen at their beginning",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "appstream.builder-has-aws-tools",
        belief: "an image builder has the AWS CLI, or the AWS Tools for PowerShell, and either takes its role by the profile \
                 appstream_machine_role",
        source: "AppStream's guide names the profile, and not what is on a base image",
        fallback: "the pasted line says so and runs nothing: install the AWS CLI on the builder, paste the line that carries the \
                   script, or write `script: pasted`",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "appstream.default-profile",
        belief: "image-assistant's update-default-profile succeeds while an administrator is signed in to the builder, and takes \
                 the settings of Template User",
        source: "AppStream's guide lists the command without saying who has to be signed in",
        fallback: "the script stops before it captures and names the command: sign in as Template User, change what users shall \
                   find, sign in as Administrator, and paste the line again",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "appstream.catalog-as-registered",
        belief: "DescribeImages reports path and parameters of an application as they were registered",
        source: "the model has a member for each and says no more of them",
        fallback: "no fleet takes the image: please report what the step says",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "appstream.describe-names",
        belief: "a Describe takes 25 names, and answers for a missing one either with ResourceNotFoundException or with a \
                 list without it",
        source: "the model declares the exception and sets no limit on the names; clients have met both answers",
        fallback: "Headset does not know what is there and changes nothing: please report the code",
        signals: &[Signal::Call {
            service: "appstream",
            operations: &[
                "DescribeFleets",
                "DescribeImageBuilders",
                "DescribeImages",
                "DescribeStacks",
            ],
            classes: &[Class::Invalid, Class::Other, Class::Quota],
        }],
    },
    Evidence {
        id: "appstream.empty-text-clears",
        belief: "an empty display name or description takes the old one away",
        source: "AttributesToDelete has no entry for either, and neither has a minimum length",
        fallback: "the old text stays: write another text in its place",
        signals: &[Signal::Fields(&[
            FleetSpec::DISPLAY_NAME,
            FleetSpec::DESCRIPTION,
            ImageBuilderSpec::DISPLAY_NAME,
            ImageBuilderSpec::DESCRIPTION,
            StackSpec::DISPLAY_NAME,
            StackSpec::DESCRIPTION,
            EntitlementSpec::DESCRIPTION,
        ])],
    },
    Evidence {
        id: "appstream.entitled-application",
        belief: "an entitlement names an application of an image by the name that the image has it under",
        source: "the model speaks of the identifier of the application, of any fleet; Elastic fleets have applications of their \
                 own, an image has names only",
        fallback: "write the identifier that AppStream's console shows for the application: Headset passes on what the blueprint \
                   says",
        signals: &[
            Signal::Call {
                service: "appstream",
                operations: &["AssociateApplicationToEntitlement"],
                classes: &[Class::Invalid, Class::NotFound, Class::Other, Class::WrongState],
            },
            Signal::Fields(&[EntitlementSpec::APPLICATIONS]),
        ],
    },
    Evidence {
        id: "appstream.entitlement-any",
        belief: "of several attributes of an entitlement, a sign-in has to bring one",
        source: "the model says that each is matched to a value, and not whether all have to",
        fallback: "give each entitlement one attribute",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "appstream.unentitled-sees-all",
        belief: "users of a stack without entitlements see all applications of its fleet",
        source: "the guide says what entitlements restrict, and how users of several see what any of them grants; of a stack \
                 without any it says nothing",
        fallback: "give the stack an entitlement with `applications: all`",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "appstream.idle-timeout-rounded",
        belief: "AppStream reports a timeout either as it was set or rounded to a whole minute",
        source: "the model says that idle timeouts are rounded to the nearest minute, and not whether they are reported so; \
                 Headset compares minutes",
        fallback: "write the number of minutes that AppStream reports",
        signals: &[Signal::Fields(TIMEOUTS)],
    },
    Evidence {
        id: "appstream-minutes",
        belief: "AppStream does not keep a timeout that is not a whole number of minutes",
        source: "the model says so of idle timeouts, and field reports of the others",
        fallback: "blueprints cannot have such a timeout although AppStream would keep it: write whole minutes",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "appstream.vpc-config-whole",
        belief: "UpdateFleet replaces the whole VpcConfig",
        source: "its members are a structure without a merge rule; Headset always sends subnets and groups together",
        fallback: "the former subnets or security groups stay: take them away in the console",
        signals: &[Signal::Fields(&[FleetSpec::SUBNETS, FleetSpec::SECURITY_GROUPS])],
    },
    Evidence {
        id: "appstream.user-settings-whole",
        belief: "UpdateStack takes the whole list of user settings and keeps each as it is sent",
        source: "the model says nothing about settings that are left out; Headset always sends all of them",
        fallback: "set the setting in the console of AppStream",
        signals: &[Signal::Fields(&[StackSpec::USER_SETTINGS])],
    },
    Evidence {
        id: "appstream.unanswered-setting-closed",
        belief: "a user setting that DescribeStacks leaves out is one that AWS does not know there, so that it is closed",
        source: "AWS answers every action that it knows (terraform-provider-aws#39754)",
        fallback: "such a setting may be open, and `drift` does not see it; Headset closes it when it makes the stack and \
                   with every other change of its settings",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "appstream.unset-redirection-closed",
        belief: "a stack for which DescribeStacks answers no ContentRedirection redirects no address",
        source: "the model names no default, and the member has to be enabled where it is given",
        fallback: "write `url_redirection` once, apply, and delete it again: Headset then takes it away by name",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "appstream.url-patterns-with-protocol",
        belief: "patterns of addresses to redirect begin with their protocol",
        source: "the pattern of the model demands it; the text beside it says that they have none",
        fallback: "leave `url_redirection` out if the stack has one",
        signals: &[Signal::Call {
            service: "appstream",
            operations: &["CreateStack", "UpdateStack"],
            classes: &[Class::Invalid, Class::Other],
        }],
    },
    Evidence {
        id: "appstream.agent-actions-closed",
        belief: "an action of AI agents that DescribeStacks does not list is disabled",
        source: "the model does not say what an action without a setting may do; Headset always sends all of them",
        fallback: "`drift` takes such an action for closed although an agent can use it; Headset closes it when it makes the \
                   stack and with every other change of `ai_agents`",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "appstream.streaming-default-tcp",
        belief: "a stack without a choice of transport prefers TCP",
        source: "what the console shows for such a stack",
        fallback: "set `streaming` on the stack",
        signals: &[Signal::Fields(&[StackSpec::STREAMING])],
    },
    Evidence {
        id: "appstream.tags-are-indexed",
        belief: "the Resource Groups Tagging API has the tags of fleets, stacks, images and image builders, by the service's \
                 name `appstream`, and lags behind by minutes at most",
        source: "its list of supported resources has all four; of delay it says nothing",
        fallback: "what the index does not show as wanted is read by itself; a tag that another took away a moment ago is seen by a \
                   later `plan` or `drift`, or with `--read-all`",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "appstream.user-visible-soon",
        belief: "BatchAssociateUserStack knows a new user within a minute",
        source: "clients of DescribeUsers wait up to four minutes; that a minute is enough here is a guess",
        fallback: "apply again: Headset makes the association then",
        signals: &[Signal::Call {
            service: "appstream",
            operations: &["BatchAssociateUserStack"],
            classes: &[Class::NotFound],
        }],
    },
    Evidence {
        id: "appstream.second-fleet",
        belief: "AppStream refuses a second fleet for a stack with an error about its state, a conflict or a limit",
        source: "the API speaks of \"the\" fleet of a stack; OperationNotPermittedException and LimitExceededException are \
                 the declared errors that fit",
        fallback: "apply again: the former fleet is gone by then",
        signals: &[Signal::Call {
            service: "appstream",
            operations: &["AssociateFleet"],
            classes: &[
                Class::AlreadyThere,
                Class::Conflict,
                Class::InUse,
                Class::Invalid,
                Class::Other,
                Class::Quota,
                Class::WrongState,
            ],
        }],
    },
    Evidence {
        id: "appstream.associate-again",
        belief: "AppStream either takes or refuses a fleet that the stack already has, and lists it at once",
        source: "the model declares no error for it, and does not promise success",
        fallback: "apply again: a fleet that is listed for the stack counts as associated",
        signals: &[Signal::Call {
            service: "appstream",
            operations: &["AssociateFleet"],
            classes: &[
                Class::AlreadyThere,
                Class::Conflict,
                Class::Other,
                Class::WrongState,
            ],
        }],
    },
    Evidence {
        id: "appstream.stalled-builder-deletable",
        belief: "an image builder that stays PENDING with errors can be deleted",
        source: "the console's guide wants builders stopped; one that never boots could never be removed",
        fallback: "wait until AppStream calls the image builder failed, and delete it in the console",
        signals: &[Signal::Call {
            service: "appstream",
            operations: &["DeleteImageBuilder"],
            classes: &[Class::Conflict, Class::Other, Class::WrongState],
        }],
    },
    Evidence {
        id: "appstream.fleet-errors-transient",
        belief: "errors that a starting fleet has reported for five minutes do not go away by themselves",
        source: "FleetErrors carry no time; that shorter ones come and go is field experience, how long is a guess",
        fallback: "the fleet may still start by itself",
        signals: &[Signal::Errors(FleetSpec::KIND)],
    },
    Evidence {
        id: "appstream.captured-families",
        belief: "AppStream lists for an image of one's own, as for its public images, all instance families on which it runs",
        source: "the model says that SupportedInstanceFamilies determine which image can be used, and not how an image of \
                 one's own gets them",
        fallback: "Headset refuses an instance type that would run the image: capture the image on a builder of that family",
        signals: &[Signal::Incompatibility(&[
            FleetSpec::INSTANCE_TYPE,
            ImageBuilderSpec::INSTANCE_TYPE,
        ])],
    },
    Evidence {
        id: "appstream.copies-take-turns",
        belief: "CopyImage refuses a copy that has to wait for its turn with the same error as one for which there is no room",
        source: "CopyImage declares one error for quotas, LimitExceededException; two quotas fit: copies at a time, and images",
        fallback: "delete images, or ask for a higher quota of images: Headset has waited two hours for other copies to end",
        signals: &[Signal::Call {
            service: "appstream",
            operations: &["CopyImage"],
            classes: &[Class::Quota],
        }],
    },
    Evidence {
        id: "appstream.nothing-newer",
        belief: "CreateUpdatedImage answers a dry run with canUpdateImage false where it has nothing newer for the image, and for \
                 no other reason",
        source: "the model says that it indicates whether a new image can be created, and has IncompatibleImageException for an \
                 image that cannot be updated",
        fallback: "the run says that the image is up to date, and it goes on to be used: another `day` asks again",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "appstream.capacity-at-creation",
        belief: "CreateFleet needs a capacity, also for a fleet that auto scaling sizes",
        source: "the model does not demand ComputeCapacity, and does not say what a fleet without it gets",
        fallback: "nothing changes: the fleet begins with the least of its range, and auto scaling takes over",
        signals: &[Signal::Nothing],
    },
];

/// The timeouts of a fleet.
const TIMEOUTS: &[headset_core::field::FieldId] =
    &[FleetSpec::DISCONNECT, FleetSpec::IDLE, FleetSpec::SESSION];
