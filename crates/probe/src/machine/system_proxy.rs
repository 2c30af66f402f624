//! The proxy that the system's settings name, for programs that ask for it: browsers do.

use serde::Serialize;

use super::command::said;
use super::hardware::Told;

/// What the settings say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SystemProxy {
    /// Whose settings these are.
    pub source: String,
    /// The proxy for HTTPS: `HOST:PORT`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// Hosts without it, with commas.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub direct: String,
    /// The address of a script that decides for each host (PAC). It is not run here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pac: Option<String>,
    /// Whether such a script is searched for in the network (WPAD).
    pub searches: bool,
}

impl SystemProxy {
    /// Whether a script decides which way a browser goes, so that it is not known here.
    pub fn is_decided_by_script(&self) -> bool {
        self.pac.is_some() || self.searches
    }
}

/// What the settings of this system say; none: it has none, or does not say.
pub(super) async fn read(windows: Option<&Told>) -> Option<SystemProxy> {
    if let Some(told) = windows {
        return of_windows(told);
    }
    if cfg!(target_os = "macos") {
        return of_mac(&said("scutil", &["--proxy"]).await?);
    }
    let setting = async |schema: &str, key: &str| {
        let text = said("gsettings", &["get", schema, key]).await;
        text.map(|text| text.trim_matches('\'').to_owned())
            .unwrap_or_default()
    };
    const SCHEMA: &str = "org.gnome.system.proxy";
    const HTTPS: &str = "org.gnome.system.proxy.https";
    let mode = setting(SCHEMA, "mode").await;
    match mode.as_str() {
        "manual" => {
            let (host, port) = (setting(HTTPS, "host").await, setting(HTTPS, "port").await);
            of_gnome(&mode, &host, &port, "", &setting(SCHEMA, "ignore-hosts").await)
        }
        "auto" => of_gnome(&mode, "", "", &setting(SCHEMA, "autoconfig-url").await, ""),
        _ => None,
    }
}

fn of_gnome(mode: &str, host: &str, port: &str, script: &str, ignored: &str) -> Option<SystemProxy> {
    let found = SystemProxy {
        source: "the settings of GNOME".to_owned(),
        proxy: (!host.is_empty()).then(|| format!("{host}:{port}")),
        direct: ignored
            .replace(['[', ']', '\'', ' '], "")
            .trim_start_matches("@as")
            .to_owned(),
        pac: (!script.is_empty()).then(|| script.to_owned()),
        searches: mode == "auto" && script.is_empty(),
    };
    (found.proxy.is_some() || found.is_decided_by_script()).then_some(found)
}

/// `server` is `HOST:PORT` for all, or `http=HOST:PORT;https=HOST:PORT`.
fn of_windows(told: &Told) -> Option<SystemProxy> {
    let one = |key: &str| told.texts(key).into_iter().next().unwrap_or_default();
    let server = one("proxy_server");
    let proxy = match server.contains('=') {
        true => server
            .split(';')
            .find_map(|part| part.strip_prefix("https=").map(str::to_owned)),
        false => (!server.is_empty()).then(|| server.clone()),
    };
    let pac = one("proxy_script");
    let found = SystemProxy {
        source: "the settings of Windows".to_owned(),
        proxy: proxy.filter(|_| one("proxy_on") == "1"),
        direct: one("proxy_direct").replace(';', ","),
        pac: (!pac.is_empty()).then_some(pac),
        searches: false,
    };
    (found.proxy.is_some() || found.is_decided_by_script()).then_some(found)
}

/// Hosts without a dot in their names, as Windows writes them among the exceptions.
const SIMPLE_NAMES: &str = "<local>";

/// What `scutil --proxy` prints: `HTTPSProxy : proxy.example.com`, a line each. A list has a line for each number.
fn of_mac(text: &str) -> Option<SystemProxy> {
    let value = |key: &str| {
        text.lines().find_map(|line| {
            let (name, value) = line.trim().split_once(" : ")?;
            (name == key).then(|| value.trim().to_owned())
        })
    };
    let is_on = |key: &str| value(key).as_deref() == Some("1");
    let proxy = || Some(format!("{}:{}", value("HTTPSProxy")?, value("HTTPSPort")?));
    let exceptions = text
        .lines()
        .map(str::trim)
        .skip_while(|line| !line.starts_with("ExceptionsList : "))
        .skip(1)
        .take_while(|line| *line != "}")
        .filter_map(|line| Some(line.split_once(" : ")?.1.trim().to_owned()));
    let simple = is_on("ExcludeSimpleHostnames").then(|| SIMPLE_NAMES.to_owned());
    let direct: Vec<String> = exceptions.chain(simple).collect();
    let found = SystemProxy {
        source: "the settings of macOS".to_owned(),
        proxy: is_on("HTTPSEnable").then(proxy).flatten(),
        direct: direct.join(","),
        pac: is_on("ProxyAutoConfigEnable")
            .then(|| value("ProxyAutoConfigURLString"))
            .flatten(),
        searches: is_on("ProxyAutoDiscoveryEnable"),
    };
    (found.proxy.is_some() || found.is_decided_by_script()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_names_its_proxy_and_its_script() {
        let gnome = of_gnome(
            "manual",
            "proxy.example.com",
            "3128",
            "",
            "['localhost', '*.example.com']",
        )
        .unwrap();
        assert_eq!(gnome.proxy.as_deref(), Some("proxy.example.com:3128"));
        assert_eq!(gnome.direct, "localhost,*.example.com");
        let script = of_gnome("auto", "", "", "http://wpad.example.com/proxy.pac", "").unwrap();
        assert_eq!(script.pac.as_deref(), Some("http://wpad.example.com/proxy.pac"));
        assert!(of_gnome("auto", "", "", "", "").unwrap().searches);
        assert_eq!(of_gnome("manual", "", "0", "", ""), None);

        let windows = |text: &str| of_windows(&Told::read(text));
        let named = "proxy_on=1\nproxy_server=http=a.example.com:80;https=b.example.com:8080\nproxy_direct=<local>;c\n";
        assert_eq!(
            windows(named).unwrap().proxy.as_deref(),
            Some("b.example.com:8080")
        );
        assert_eq!(windows("proxy_on=0\nproxy_server=a.example.com:80\n"), None);
        let script = windows("proxy_on=0\nproxy_script=http://a.example.com/p.pac\n").unwrap();
        assert!(script.is_decided_by_script() && script.proxy.is_none());

        let mac = "<dictionary> {\n  ExceptionsList : <array> {\n    0 : *.local\n    1 : *.my.connect.aws\n  }\n  \
                   ExcludeSimpleHostnames : 1\n  HTTPSEnable : 1\n  HTTPSPort : 3128\n  HTTPSProxy : proxy.example.com\n  \
                   ProxyAutoConfigEnable : 0\n  ProxyAutoConfigURLString : http://old.example.com/p.pac\n}\n";
        let own = of_mac(mac).unwrap();
        assert_eq!(own.proxy.as_deref(), Some("proxy.example.com:3128"));
        assert_eq!(own.pac, None);
        assert_eq!(own.direct, "*.local,*.my.connect.aws,<local>");
        let all = mac.replace("ExcludeSimpleHostnames : 1", "ExcludeSimpleHostnames : 0");
        assert_eq!(of_mac(&all).unwrap().direct, "*.local,*.my.connect.aws");
    }
}
