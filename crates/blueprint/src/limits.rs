//! What AWS accepts, as far as a blueprint can know it before anything is called.
//!
//! "model" means botocore 1.44.5's service models, the source of every pattern and range that does not name another.

use std::ops::RangeInclusive;
use std::sync::OnceLock;

use fancy_regex::Regex;

/// A pattern with the sentence that explains it.
#[derive(Debug)]
pub(super) struct Pattern {
    /// The regular expression.
    pub source: &'static str,
    /// The same for the JSON Schema, in what Rust, Python's `re` and ECMAScript have in common; it may let more through.
    pub schema: &'static str,
    /// What the text has to look like; completes "must be ...".
    pub rule: &'static str,
    /// The most characters.
    pub longest: usize,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    const fn new(longest: usize, source: &'static str, schema: &'static str, rule: &'static str) -> Pattern {
        Pattern {
            source,
            schema,
            rule,
            longest,
            compiled: OnceLock::new(),
        }
    }

    /// Whether the text is as the rule says. A text on which the matcher gives up is not.
    pub(super) fn accepts(&self, text: &str) -> bool {
        let regex = self
            .compiled
            .get_or_init(|| Regex::new(self.source).expect("a valid pattern"));
        text.chars().count() <= self.longest && regex.is_match(text).unwrap_or(false)
    }
}

macro_rules! pattern {
    ($(#[$doc:meta])* $name:ident, $longest:expr, $regex:literal, $rule:literal) => {
        pattern!($(#[$doc])* $name, $longest, $regex, $rule, $regex);
    };
    ($(#[$doc:meta])* $name:ident, $longest:expr, $regex:literal, $rule:literal, $schema:literal) => {
        $(#[$doc])*
        pub(super) static $name: Pattern = Pattern::new($longest, $regex, $schema, $rule);
    };
}

pattern!(
    /// Our own rule: the intersection of what S3 buckets, AppStream names and Connect aliases may begin and end with,
    /// short enough to leave room for what is appended.
    ENVIRONMENT, 32, r"^[a-z0-9][a-z0-9-]{0,30}[a-z0-9]$",
    "2 to 32 lower-case letters, digits and hyphens, with a letter or digit at both ends"
);
pattern!(
    /// What Cargo takes as a version requirement, without wildcards and pre-releases.
    VERSIONS, 100, r"^ *(?:>=|<=|>|<|=|~|\^)? *(?:0|[1-9][0-9]{0,8})(?:\.(?:0|[1-9][0-9]{0,8})){0,2}(?: *, *(?:>=|<=|>|<|=|~|\^)? *(?:0|[1-9][0-9]{0,8})(?:\.(?:0|[1-9][0-9]{0,8})){0,2})*$",
    "versions of Headset, such as `>=0.3` or `>=0.3, <1`"
);
pattern!(
    /// A bucket of S3, a prefix of keys, and what else there is to say of it.
    STATE, 1200, r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[a-zA-Z0-9!_.*'()/-]*)?(\?(region|kms_key|owner)=[a-zA-Z0-9:/_-]+(&(region|kms_key|owner)=[a-zA-Z0-9:/_-]+){0,2})?$",
    "`s3://BUCKET/PREFIX`, with `?region=REGION`, `?kms_key=KEY` and `?owner=ACCOUNT` as they are needed"
);
pattern!(
    /// A prefix of keys in a bucket, without the slash at its end.
    STATE_PREFIX, 200, r"^[a-zA-Z0-9_-][a-zA-Z0-9_.-]*(/[a-zA-Z0-9_-][a-zA-Z0-9_.-]*)*$",
    "letters, digits, `_`, `.` and `-`, with `/` between parts and none at the ends"
);
pattern!(
    /// Model: kms `KeyIdType`: an ARN of a key or an alias, a key's id, or `alias/NAME`.
    KMS_KEY, 2048, r"^(arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/[a-zA-Z0-9/_-]+|alias/[a-zA-Z0-9/_-]+|(mrk-)?[0-9a-f-]{32,36})$",
    "a KMS key: an ARN, an id, or `alias/NAME`"
);
pattern!(
    /// Model: iam `OpenIDConnectProviderUrlType` (255), and what CreateOpenIDConnectProvider says of it: `https://`, no query, no
    /// port.
    OIDC_URL, 255, r"^https://[A-Za-z0-9.-]+(/[A-Za-z0-9._~/-]*)?$", "an `https://` address without port and query"
);
pattern!(
    /// Model: iam `OpenIDConnectProviderArn`.
    OIDC_ARN, 2048, r"^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/[A-Za-z0-9.-]+(/[A-Za-z0-9._~/-]*)?$",
    "the ARN of an OpenID Connect provider in IAM"
);
pattern!(
    /// Model: iam `clientIDType` (1 to 255 characters), without what JSON would escape.
    AUDIENCE, 255, r#"^[^\s"\\\x00-\x1f]+$"#, "at most 255 characters without spaces and quotes"
);
pattern!(
    /// Model: iam `thumbprintType`.
    THUMBPRINT, 40, r"^[0-9a-fA-F]{40}$", "40 hexadecimal digits"
);
pattern!(
    /// What a token says of whom it is for (OpenID Connect, `sub`: at most 255 ASCII characters), with `*` and `?`.
    SUBJECT, 255, r#"^[!#-\[\]-~]+$"#, "at most 255 letters, digits and signs, without spaces and quotes"
);
pattern!(
    /// Keys of images, fleets and stacks become part of AWS names (model: appstream `Name`).
    ENTRY_KEY, 60, r"^[a-zA-Z0-9][a-zA-Z0-9_.-]*$",
    "at most 60 letters, digits, `_`, `.` and `-`, beginning with a letter or digit"
);
pattern!(
    /// Twelve digits.
    ACCOUNT, 12, r"^[0-9]{12}$", "twelve digits"
);
pattern!(
    /// Model: the `regionRegex` of all partitions in endpoints.json.
    REGION, 32,
    r"^((us|eu|ap|sa|ca|me|af|il|mx|cn)-[a-z]+-[0-9]+|us-gov-[a-z]+-[0-9]+|us-isob?-[a-z]+-[0-9]+|eu-isoe-[a-z]+-[0-9]+|us-isof-[a-z]+-[0-9]+|eusc-de-[a-z]+-[0-9]+)$",
    "an AWS region such as `eu-west-2`"
);
pattern!(
    /// Model: connect `DirectoryAlias`.
    CONNECT_ALIAS, 45, r"^(?!d-)([0-9a-zA-Z]+)([-]*[0-9a-zA-Z])*$",
    "1 to 45 letters, digits and inner hyphens, not beginning with `d-`"
);
pattern!(
    /// What Connect's guide allows under SAML (at most 64 of `[a-zA-Z0-9_-.\@]`, an `@` only in a full e-mail
    /// address), cut with what STS allows as RoleSessionName (model: 2 to 64 of `[\w+=,.@-]`): the two must be equal.
    CONNECT_USER, 64, r"^[A-Za-z0-9_.-]{2,64}$|^[A-Za-z0-9_.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
    "2 to 64 letters, digits, `_`, `.` and `-`, with `@` only in a whole e-mail address"
);
pattern!(
    /// An e-mail address, as far as user names care.
    EMAIL, 64, r"^[A-Za-z0-9_.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", "an e-mail address"
);
pattern!(
    /// Model: iam `roleNameType` (`[\w+=,.@-]+`, 64) cut with `SAMLProviderNameType` (`[\w._-]+`), since the
    /// provider's name is the role's with a suffix.
    ROLE_NAME, 64, r"^[A-Za-z0-9_.-]+$", "1 to 64 letters, digits, `_`, `.` and `-`"
);
pattern!(
    /// Model: iam `SAMLProviderNameType`.
    SAML_PROVIDER_NAME, 128, r"^[A-Za-z0-9_.-]+$", "1 to 128 letters, digits, `_`, `.` and `-`"
);
pattern!(
    /// Model: iam `policyNameType`.
    INLINE_POLICY_NAME, 128, r"^[A-Za-z0-9_+=,.@-]+$", "1 to 128 letters, digits and `_+=,.@-`"
);
pattern!(
    /// Model: iam `pathType`.
    ROLE_PATH, 512, r"^(/|/[\x21-\x7E]+/)$", "`/`, or text between two `/` without spaces"
);
pattern!(
    /// An IAM policy: a customer's or AWS's own.
    POLICY_ARN, 2048, r"^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[\x21-\x7E]+$",
    "an IAM policy's ARN such as `arn:aws:iam::123456789012:policy/boundary`"
);
pattern!(
    /// An IAM role.
    ROLE_ARN, 2048, r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[\x21-\x7E]+$",
    "an IAM role's ARN such as `arn:aws:iam::111122223333:role/headset`"
);
pattern!(
    /// Model: sts `externalIdType`.
    EXTERNAL_ID, 1224, r"^[A-Za-z0-9_+=,.@:/-]{2,}$",
    "2 to 1,224 letters, digits and `_+=,.@:/-`"
);
pattern!(
    /// Model: sso-admin `ApplicationArn`.
    APPLICATION_ARN, 1224, r"^arn:aws(-[a-z]{1,5}){0,3}:sso::[0-9]{12}:application/(sso)?ins-[a-zA-Z0-9-.]{16}/apl-[a-zA-Z0-9]{16}$",
    "an Identity Center application's ARN such as `arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-0123456789abcdef`"
);
pattern!(
    /// Ids have 8 (before 2016) or 17 hexadecimal digits:
    /// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html>.
    SUBNET, 24, r"^subnet-([0-9a-f]{8}|[0-9a-f]{17})$", "a subnet id: `subnet-` and 8 or 17 hexadecimal digits"
);
pattern!(
    /// As for subnets.
    SECURITY_GROUP, 20, r"^sg-([0-9a-f]{8}|[0-9a-f]{17})$",
    "a security group id: `sg-` and 8 or 17 hexadecimal digits"
);
pattern!(
    /// As for subnets.
    VPC, 21, r"^vpc-([0-9a-f]{8}|[0-9a-f]{17})$", "a VPC id: `vpc-` and 8 or 17 hexadecimal digits"
);
pattern!(
    /// As for subnets.
    PREFIX_LIST, 20, r"^pl-([0-9a-f]{8}|[0-9a-f]{17})$",
    "the id of a prefix list: `pl-` and 8 or 17 hexadecimal digits"
);
pattern!(
    /// The native families, and those that run imported images (model: appstream `IntendedInstanceType`).
    STREAM_INSTANCE, 64, r"^(stream|GeneralPurpose|MemoryOptimized|ComputeOptimized|Accelerated)(\.[a-z0-9-]+)+\.(small|medium|large|[0-9]*xlarge|metal)$",
    "an AppStream instance type such as `stream.standard.medium`"
);
pattern!(
    /// A package of Windows Installer, at an address that needs no quoting.
    MSI_URL, 2000, r#"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[^\s"<>^`{|}]*\.[mM][sS][iI]([?#][^\s"<>^`{|}]*)?$"#,
    "an `https://` address of an `.msi` file"
);
pattern!(
    /// A digest in hexadecimal.
    SHA256, 64, r"^[0-9a-fA-F]{64}$", "the SHA-256 of the file: 64 hexadecimal digits"
);
pattern!(
    /// The families that run imported images.
    IMPORT_INSTANCE, 64, r"^(GeneralPurpose|MemoryOptimized|ComputeOptimized|Accelerated)(\.[a-z0-9-]+)+\.(small|medium|large|[0-9]*xlarge|metal)$",
    "an instance type for imported images such as `GeneralPurpose.m6i.large`"
);
pattern!(
    /// Model: appstream `PhotonAmiId`.
    AMI, 21, r"^ami-[a-z0-9]{8,17}$", "the id of an AMI: `ami-` and 8 to 17 letters and digits"
);
pattern!(
    /// Model: appstream `WorkspaceImageId`.
    WORKSPACE_IMAGE, 67, r"^wsi-[0-9a-z]{8,63}$", "the id of an image of WorkSpaces: `wsi-` and 8 to 63 letters and digits"
);
pattern!(
    /// Model: appstream `ImageImportDescription` and `ImageImportDisplayName`.
    IMPORT_TEXT, 256, r"^[a-zA-Z0-9_.() -]+$", "letters, digits, blanks and `_.()-`, which is all that AWS takes for an imported image"
);
pattern!(
    /// Model: appstream `Name`, at most 100 as the Image Assistant says.
    APPSTREAM_NAME, 100, r"^[a-zA-Z0-9][a-zA-Z0-9_.-]*$",
    "1 to 100 letters, digits, `_`, `.` and `-`, beginning with a letter or digit"
);
pattern!(
    /// Model: appstream `Arn`, of an image or another kind.
    APPSTREAM_ARN, 1100, r"^arn:aws[a-z-]*:appstream:[a-z0-9-]+:([0-9]{12})?:[a-z-]+/[a-zA-Z0-9][a-zA-Z0-9_.-]{0,100}$",
    "an AppStream ARN"
);
pattern!(
    /// Model: appstream `ApplicationConfig$Name` of CreateImportedImage, taken for the Image Assistant's too.
    APP_NAME, 100, r"^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}$",
    "1 to 100 letters, digits, `_`, `.` and `-`, beginning with a letter or digit"
);
pattern!(
    /// A web address that needs no quoting on a Windows command line.
    HTTPS_URL, 2000, r#"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][^\s"<>^`{|}]*)?$"#,
    "an `https://` address"
);
pattern!(
    /// Our own rule: what a person types into one field of a form, and what stands in a table of a worksheet.
    USER_ATTRIBUTE, 256, r#"^[^\s"`|\\]([^"`|\\\x00-\x1f]*[^\s"`|\\])?$"#,
    "the name of an attribute on one line, without quotes, backticks, bars and backslashes"
);
pattern!(
    /// An absolute Windows path to a program.
    PROGRAM, 260, r#"^[A-Za-z]:\\[^<>:"/|?*\x00-\x1f]+\.(exe|bat|cmd|com|EXE|BAT|CMD|COM)$"#,
    r"an absolute Windows path to a program, such as `C:\Program Files\Crm\crm.exe`"
);
pattern!(
    /// A colour as CSS writes it.
    COLOUR, 7, r"^#[0-9a-fA-F]{6}$", "a colour such as `#0b5cad`"
);
pattern!(
    /// A range of addresses by its form; the reader takes it apart.
    CIDR, 43, r"^[0-9a-fA-F.:]+(/[0-9]{1,3})?$", "a range of addresses such as `203.0.113.0/24`"
);
pattern!(
    /// S3's rules for general purpose buckets:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>. Dots are legal there, but
    /// break HTTPS with AWS's wildcard certificate, and the pages need HTTPS.
    BUCKET, 63, r"^(?!xn--|sthree-|amzn-s3-demo-)(?!.*(-s3alias|--ol-s3|--x-s3|--table-s3)$)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$",
    "3 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends, without S3's reserved beginnings and ends"
);
pattern!(
    /// Model: `TagKey` of appstream and connect, the strictest of all services here.
    TAG_KEY, 128, r"^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]+$",
    "1 to 128 letters, digits, spaces and `_.:/=+-@`, not beginning with `aws:`",
    r"^(?!aws:)[^\u0000-\u001f\u0021-\u002a\u002c\u003b\u003c\u003e\u003f\u005b-\u005e\u0060\u007b-\u009f]+$"
);
pattern!(
    /// Model: `TagValue` of appstream.
    TAG_VALUE, 256, r"^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$", "at most 256 letters, digits, spaces and `_.:/=+-@`",
    r"^[^\u0000-\u001f\u0021-\u002a\u002c\u003b\u003c\u003e\u003f\u005b-\u005e\u0060\u007b-\u009f]*$"
);
pattern!(
    /// A page of Connect: what follows the instance's own address.
    DESTINATION, 512, r"^/[A-Za-z0-9._~/?&=%-]*$", "a path such as `/ccp-v2`"
);

pattern!(
    /// Connect's own users (API reference, CreateUser: at most 20 characters without SAML).
    CONNECT_OWN_USER, 20, r"^[A-Za-z0-9_.@-]{2,20}$", "2 to 20 letters, digits, `_`, `.`, `-` and `@`"
);
pattern!(
    /// An e-mail address to write to. Model: connect `Email` has no limits; 254 is RFC 5321's.
    MAILBOX, 254, r"^[^\s@]+@[^\s@]+\.[^\s@]+$", "an e-mail address"
);
pattern!(
    /// Model: connect `PhoneNumber`: E.164.
    PHONE_NUMBER, 16, r"^\+[1-9][0-9]{1,14}$", "a number as it is dialled from abroad, such as `+442079460123`"
);
pattern!(
    /// Model: appstream `Username`; the pool takes e-mail addresses only.
    POOL_USER, 128, r"^[^\s@]+@[^\s@]+\.[^\s@]+$", "an e-mail address of at most 128 characters"
);
pattern!(
    /// Model: appstream `UserAttributeValue`.
    POOL_NAME, 2048, r"^[A-Za-z0-9_ -]*[A-Za-z0-9_-][A-Za-z0-9_ -]*$",
    "letters without accents, digits, spaces, `_` and `-`, which is all that AppStream's user pool takes"
);
pattern!(
    /// Any instance's ARN (model: connect `ARN` has no pattern; the id is a UUID).
    CONNECT_ARN, 256, r"^arn:aws[a-z-]*:connect:[a-z0-9-]+:[0-9]{12}:instance/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    "a Connect instance's ARN"
);
pattern!(
    /// Model: appstream `AppstreamAgentVersion`: 1 to 100 characters.
    AGENT, 100, r"^[A-Za-z0-9_.-]+$", "`LATEST` or a version such as `07-15-2025`"
);
pattern!(
    /// Model: appstream `UsbDeviceFilterString`, without its spaces.
    USB_FILTER, 100,
    r"^[A-Za-z0-9_]*( [A-Za-z0-9_]*)?,[A-Za-z0-9_]*,[*]?[A-Za-z0-9_]*,[*]?[A-Za-z0-9_]*,[*]?[0-9]*,[*]?[0-9]*,[01],[01]$",
    "eight values with commas between, as AppStream's client lists devices: name, vendor, product, class, subclass, protocol, and 0 or 1 for share and auto-connect"
);
pattern!(
    /// Ids as for subnets.
    VPC_ENDPOINT, 24, r"^vpce-([0-9a-f]{8}|[0-9a-f]{17})$",
    "the id of a VPC interface endpoint: `vpce-` and 8 or 17 hexadecimal digits"
);
pattern!(
    /// Model: appstream `EmbedHostDomain`, anchored.
    EMBED_DOMAIN, 128, r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$",
    "a host name such as `crm.example.com`, without `https://`"
);
pattern!(
    /// A name that a certificate can be for, in lower case as browsers write it. RFC 1035: 253 characters; a label has 63.
    HOST_NAME, 253, r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",
    "a host name in lower case such as `desk.example.com`, without `https://`"
);
pattern!(
    /// Model: connect `Origin`: at most 267 characters. In the form that browsers send, so that it is compared as it is.
    ORIGIN, 267, r"^https://([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?(:[1-9][0-9]{0,4})?$",
    "an origin in lower case such as `https://crm.example.com`, without a path"
);
pattern!(
    /// One label of a host name, in lower case as browsers write it. RFC 1035: 63 characters.
    SUBDOMAIN, 63, r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
    "one part of a host name in lower case such as `acme`, without dots"
);
pattern!(
    /// Hosts of Dynamics 365: `crm` and a number stand for a region, as Microsoft lists its discovery services.
    DYNAMICS_HOST, 128, r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.crm([2-9]|[1-9][0-9])?\.dynamics\.com$",
    "a host such as `acme.crm4.dynamics.com`; sites of other clouds go into `connect.origins`"
);
pattern!(
    /// CloudFront's guide: a certificate of Certificate Manager has to be in us-east-1.
    CERTIFICATE_ARN, 2048, r"^arn:aws:acm:us-east-1:[0-9]{12}:certificate/[A-Za-z0-9-]+$",
    "the ARN of a certificate in Certificate Manager's region us-east-1, the only one that CloudFront takes any from"
);
pattern!(
    /// Model: appstream `Domain`: 1 to 64 characters.
    STORAGE_DOMAIN, 64, r"^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$",
    "a domain of at most 64 characters, such as `example.com`"
);
pattern!(
    /// Model: appstream `RedirectURL`, `FeedbackURL` and `ThemeFooterLinkURL`: at most 1000 characters.
    PAGE_URL, 1000, r#"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][^\s"<>^`{|}]*)?$"#,
    "an `https://` address of at most 1000 characters"
);
pattern!(
    /// Model: appstream `UrlPattern`, with an end. The text there says that patterns have no protocol, and its pattern
    /// demands one: Assumption: `appstream.url-patterns-with-protocol`.
    URL_PATTERN, 2048, r"^((https?|ftp|sftp)://|mailto:)[^\s,;<>]+$",
    "a pattern such as `https://*.example.com/*`, which begins with its protocol"
);
pattern!(
    /// Model: appstream `S3BucketArn`.
    BUCKET_ARN, 100, r"^arn:aws(-cn|-iso-b|-iso|-us-gov)?:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
    "a bucket's ARN such as `arn:aws:s3:::acme-pictures`"
);
pattern!(
    /// Model: appstream `ThemeTitleText` and `ThemeFooterLinkDisplayName`.
    THEME_TEXT, 300, r"^[-@./#&+A-Za-z0-9_ ]+$", "1 to 300 letters, digits, spaces and `-@./#&+_`"
);
pattern!(
    /// Model: appstream `S3Bucket`.
    ANY_BUCKET, 63, r"^(?!.*\.$)[0-9a-z.-]{3,63}$", "the name of a bucket: 3 to 63 of `a-z`, `0-9`, `.` and `-`"
);
pattern!(
    /// Application Auto Scaling's schedules (API reference, PutScheduledAction): cron with six fields, or a rate, or
    /// a time.
    SCHEDULE, 256,
    r"^(cron\(([^\s()]+ ){5}[^\s()]+\)|rate\(1 (minute|hour|day)\)|rate\([1-9][0-9]* (minutes|hours|days)\)|at\([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\))$",
    "`cron(MINUTE HOUR DAY MONTH WEEKDAY YEAR)`, `rate(2 hours)` or `at(2026-05-01T08:00:00)`"
);
pattern!(
    /// Names of the IANA time zone database, by their shape.
    TIME_ZONE, 64, r"^(UTC|GMT|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+){1,2})$",
    "a time zone's IANA name such as `Europe/London`, or `UTC`"
);
pattern!(
    /// A day or several in a row, and two times.
    PERIOD, 37,
    r"^([Mm]on|[Tt]ues|[Ww]ednes|[Tt]hurs|[Ff]ri|[Ss]atur|[Ss]un)day(-([Mm]on|[Tt]ues|[Ww]ednes|[Tt]hurs|[Ff]ri|[Ss]atur|[Ss]un)day)? ([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
    "a day or several in a row, and two times, such as `monday-friday 09:00-17:30`"
);
pattern!(
    /// Model: connect `CommonHumanReadableName`, without the line breaks and tabs that it allows.
    OVERRIDE_NAME, 127, r"^[^\x00-\x1f\x7f]+$", "at most 127 characters without control characters"
);
pattern!(
    /// `kind/key`.
    ADDRESS, 600, r"^[a-z][a-z0-9_]*\.[a-z_]+/[^\s].*$", "an address such as `appstream.fleet/agents`"
);
pattern!(
    /// ISO 8601. Whether the month has such a day, the reader finds out.
    DATE, 10, r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$", "a date such as `2026-12-31`"
);
pattern!(
    /// A field of a kind, and what in it: as `drift` prints it.
    FIELD, 300, r"^[a-z][a-z0-9_]*(?:[.\[][^\x00-\x1F]*)?$", "a field as `headset drift` prints it, such as `display_name`"
);
pattern!(
    /// POSIX: letters, digits and underscores.
    VARIABLE, 256, r"^[A-Za-z_][A-Za-z0-9_]*$", "the name of an environment variable"
);
pattern!(
    /// Model: secretsmanager `SecretIdType`: a full ARN.
    SECRET_ARN, 2048, r"^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+$",
    "the ARN of a secret in AWS Secrets Manager"
);
pattern!(
    /// Model: ssm `PSParameterName`, and the characters that PutParameter's reference allows.
    PARAMETER, 2048, r"^(/[A-Za-z0-9_./-]+|arn:aws[a-z-]*:ssm:[a-z0-9-]+:[0-9]{12}:parameter/[A-Za-z0-9_./-]+)$",
    "a parameter's path such as `/acme/agent1`, or its ARN"
);

pattern!(
    /// Attributes have AWS's names (model: connect `InstanceAttributeType`) in lower case.
    ATTRIBUTE, 100, r"^(?!(inbound|outbound)_calls$)[a-z_]+$", "AWS's name of an attribute in lower case, such as `contactflow_logs`; inbound and outbound calls are set by `connect.calls`"
);

/// Attributes of an instance (model: connect `InstanceAttributeType`), without those that `calls` sets.
pub(super) const CONNECT_ATTRIBUTES: [&str; 12] = [
    "contactflow_logs",
    "contact_lens",
    "auto_resolve_best_voices",
    "use_custom_tts_voices",
    "early_media",
    "multi_party_conference",
    "auto_mute_agent_on_hold",
    "high_volume_outbound",
    "enhanced_contact_monitoring",
    "enhanced_chat_monitoring",
    "multi_party_chat_conference",
    "message_streaming",
];

/// Instance types by family ([`headset_kinds::evidence::dated::INSTANCE_TYPES`] says when and where they were read). AWS
/// adds to them: what is not here gets a warning, not an error.
pub(super) const INSTANCE_TYPES: [(&str, &[&str]); 11] = [
    (
        "stream.standard",
        &["small", "medium", "large", "xlarge", "2xlarge"],
    ),
    (
        "stream.compute",
        &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge"],
    ),
    (
        "stream.memory",
        &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge"],
    ),
    (
        "stream.memory.z1d",
        &["large", "xlarge", "2xlarge", "3xlarge", "6xlarge", "12xlarge"],
    ),
    (
        "stream.graphics.g4dn",
        &["xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"],
    ),
    (
        "stream.graphics.g5",
        &[
            "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge",
        ],
    ),
    (
        "stream.graphics.g6",
        &[
            "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge",
        ],
    ),
    ("stream.graphics.gr6", &["4xlarge", "8xlarge"]),
    ("stream.graphics.g6f", &["large", "xlarge", "2xlarge", "4xlarge"]),
    ("stream.graphics.gr6f", &["4xlarge"]),
    (
        "stream.graphics.g7",
        &[
            "2xlarge", "4xlarge", "8xlarge", "12xlarge", "24xlarge", "48xlarge",
        ],
    ),
];

/// The user name that Amazon Connect keeps for itself (administrator guide, release notes of July 2018: "reserved for
/// internal use, and cannot be used to create a user account"). Its own directory knows no letter case, so that no other
/// way of writing it is safe either.
pub(super) const RESERVED_USER: &str = "administrator";

/// Families of public base images for Windows, as image names begin. Assumption: base-image-families: AWS dates and
/// retires the images themselves, so that only the family can be known here; others get a warning, not an error.
pub(super) const WINDOWS_FAMILIES: [&str; 4] = [
    "AppStream-WinServer2016",
    "AppStream-WinServer2019",
    "AppStream-WinServer2022",
    "AppStream-WinServer2025",
];

/// What no bucket's name may begin with (as [`BUCKET`]).
pub(super) const RESERVED_BUCKET_PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];

/// How many ranges of addresses may read the pages: our own limit, far below the 20 KB of a bucket policy.
pub(super) const MOST_RANGES: usize = 100;

/// The widest ranges that S3 does not take for the public, in bits of IPv4 and IPv6 ("The meaning of public":
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>).
pub(super) const WIDEST_RANGES: (u8, u8) = (8, 32);

/// What no image name may begin with, in any case (Image Assistant: `create-image --name`).
pub(super) const RESERVED_IMAGE_PREFIXES: [&str; 3] = ["aws", "appstream", "amazon"];

/// Lifetime of an environment, in seconds. Our own limits: a shorter one is over before an image is captured, a
/// longer one is not a lifetime.
pub(super) const LIFETIME: RangeInclusive<u64> = 3600..=366 * 86400;
/// How long earlier versions of states are kept, in seconds: a day to ten years. Our own limits.
pub(super) const PREVIOUS_VERSIONS: (u64, u64) = (86_400, 3650 * 86_400);
/// Model: iam `roleDescriptionType`.
pub(super) const ROLE_DESCRIPTION: usize = 1000;
/// The longest trust policy. Our own: IAM's quota is the account's.
pub(super) const TRUST_POLICY: usize = 8192;
/// The longest inline policy. Our own: IAM has a quota for all of a role.
pub(super) const INLINE_POLICY: usize = 10_240;
/// The most managed policies of a role. Our own: IAM's quota is the account's.
pub(super) const MOST_MANAGED_POLICIES: usize = 25;
/// Model: iam `roleMaxSessionDurationType`, in seconds.
pub(super) const ROLE_SESSION: RangeInclusive<u64> = 3600..=43200;
/// Developer guide: MaxUserDurationInSeconds.
pub(super) const FLEET_SESSION: RangeInclusive<u64> = 600..=432_000;
/// Developer guide: DisconnectTimeoutInSeconds.
pub(super) const FLEET_DISCONNECT: RangeInclusive<u64> = 60..=36000;
/// How long sessions may have to end before a fleet stops; our own limit.
pub(super) const DRAIN: RangeInclusive<u64> = 60..=86_400;
/// Developer guide: IdleDisconnectTimeoutInSeconds, where 0 switches it off.
pub(super) const FLEET_IDLE: RangeInclusive<u64> = 60..=36000;
/// API reference: AfterContactWorkTimeLimit, in seconds.
pub(super) const AFTER_CALL_WORK: RangeInclusive<u64> = 0..=2_000_000;
/// Our own limit on earlier images of an entry. AppStream's quota of images in an account is 10 at first.
pub(super) const KEPT_VERSIONS: RangeInclusive<u64> = 1..=50;
/// Our own limit on instances of a fleet: far above every quota.
pub(super) const CAPACITY: RangeInclusive<u64> = 0..=5000;
/// Developer guide: fleets with AppStream's own internet access have at most so many instances.
pub(super) const DEFAULT_INTERNET_CAPACITY: u64 = 100;
/// Developer guide: security groups of a fleet or builder.
pub(super) const MOST_SECURITY_GROUPS: usize = 5;
/// Model: connect `SecurityProfileIds`.
pub(super) const SECURITY_PROFILES: RangeInclusive<usize> = 1..=10;
/// Model: connect `UserIdentityInfo$FirstName`, in characters.
pub(super) const FIRST_NAME: usize = 255;
/// Model: connect `UserIdentityInfo$LastName`, in characters.
pub(super) const LAST_NAME: usize = 300;
/// Model: appstream `DisplayName`, in characters.
pub(super) const DISPLAY_NAME: usize = 100;
/// Model: sso-admin `ApplicationNameType`, in characters.
pub(super) const APPLICATION_NAME: usize = 100;
/// Model: identitystore `GroupDisplayName`, in characters.
pub(super) const GROUP_NAME: usize = 1024;
/// Model: identitystore `UserName`, in characters.
pub(super) const DIRECTORY_USER: usize = 128;
/// API reference: routing profile and security profile names, in characters.
pub(super) const PROFILE_NAME: usize = 127;
/// Tags on a resource (model: `TagMap` of connect, `Tags` of appstream) less the four that Headset sets itself.
pub(super) const MOST_TAGS: usize = 46;
/// What Headset's own tags begin with.
pub(super) const OWN_TAG_PREFIX: &str = "headset:";
/// Our own limits on how long an operation is waited for, in seconds.
pub(super) const WAIT: RangeInclusive<u64> = 60..=86400;
/// Our own limits on cooldowns of scaling, in seconds; the API takes any number.
pub(super) const COOLDOWN: RangeInclusive<u64> = 0..=86400;
/// Utilisation in percent.
pub(super) const TARGET: RangeInclusive<u64> = 1..=100;
/// Developer guide: sessions on one instance of a multi-session fleet; one is what other fleets have.
pub(super) const SESSIONS_PER_INSTANCE: RangeInclusive<u64> = 2..=50;
/// API reference: RootVolumeConfig's VolumeSizeInGb.
pub(super) const ROOT_VOLUME: RangeInclusive<u64> = 200..=500;
/// API reference: UserSetting's MaximumLength of the clipboard, in characters.
pub(super) const CLIPBOARD: RangeInclusive<u64> = 1..=20_971_520;
/// Model: appstream `Description`, in characters.
pub(super) const DESCRIPTION: usize = 256;
/// Model: appstream `SettingsGroup`, in characters.
pub(super) const SETTINGS_GROUP: usize = 100;
/// Model: appstream `S3Key`, in characters.
pub(super) const S3_KEY: usize = 1024;
/// A managed security group has a rule or two for each, and 60 rules in all.
pub(super) const MOST_PEERS: usize = 30;
/// Model: appstream `AccessEndpointList`.
pub(super) const MOST_ENDPOINTS: usize = 4;
/// Model: appstream `EmbedHostDomains`.
pub(super) const MOST_EMBED_DOMAINS: usize = 20;
/// Model: appstream `UrlPatternList`.
pub(super) const MOST_URL_PATTERNS: usize = 100;
/// Model: appstream `DomainList`.
pub(super) const MOST_STORAGE_DOMAINS: usize = 50;
/// The pages' heading, in characters; our own limit.
pub(super) const PAGE_TITLE: usize = 100;
/// Launch parameters, in characters; our own limit, a quarter of what Windows takes.
pub(super) const ARGUMENTS: usize = 2048;
/// Anything that is looked up in AWS by name, in characters; our own limit.
pub(super) const ANY_NAME: usize = 256;
/// A path of a file, in characters; our own limit.
pub(super) const FILE_PATH: usize = 4096;
/// Accounts that share one image (service quota).
pub(super) const MOST_SHARES: usize = 100;
/// Entitlements of one stack (service quota).
pub(super) const MOST_ENTITLEMENTS: usize = 50;
/// Applications of one entitlement: those that an image may have.
pub(super) const MOST_APPLICATIONS: usize = 50;
/// Values of one attribute of an entitlement; our own limit.
pub(super) const MOST_VALUES: usize = 50;
/// Model: sts `tagValueType`, in characters.
pub(super) const SESSION_TAG: usize = 256;
