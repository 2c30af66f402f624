//! Secrets: each of the four places is read when it is needed, and what cannot be read is said without the value.

use headset_core::Secret;
use headset_simulator::world::Settings;

use crate::support::operations::{CreateSecret, PutParameter};
use crate::support::{Sandbox, example, on_virtual_time};

const VALUE: &str = "Correct-Horse-42";

async fn aws() -> (Sandbox, headset_aws::Aws) {
    let (file, text) = example("minimal.yaml");
    let sandbox = Sandbox::new(&file, &text, Settings::default());
    let aws = sandbox.aws(None).await;
    (sandbox, aws)
}

#[test]
fn a_secret_of_secrets_manager_is_read_by_name_and_by_arn() {
    on_virtual_time(async {
        let (_sandbox, aws) = aws().await;
        let create = CreateSecret {
            name: "acme/agent1",
            client_request_token: "00000000-0000-4000-8000-000000000000",
            secret_string: VALUE,
        };
        let made = aws.ask(create).await.unwrap();
        for id in ["acme/agent1", made.arn.as_str()] {
            let secret = Secret::SecretsManager(id.to_owned());
            assert_eq!(aws.reveal(&secret).await.unwrap().expose(), VALUE);
        }
        let error = aws
            .reveal(&Secret::SecretsManager("acme/agent2".to_owned()))
            .await
            .unwrap_err();
        assert!(error.is_not_found(), "{error}");
    });
}

#[test]
fn a_parameter_is_decrypted() {
    on_virtual_time(async {
        let (_sandbox, aws) = aws().await;
        let put = PutParameter {
            name: "/acme/agent1",
            value: VALUE,
            r#type: "SecureString",
        };
        aws.ask(put).await.unwrap();
        let secret = Secret::Parameter("/acme/agent1".to_owned());
        assert_eq!(aws.reveal(&secret).await.unwrap().expose(), VALUE);
        let error = aws
            .reveal(&Secret::Parameter("/acme/agent2".to_owned()))
            .await
            .unwrap_err();
        assert!(error.to_string().contains("ParameterNotFound"), "{error}");
    });
}

#[test]
fn a_file_loses_one_line_break_and_no_more() {
    on_virtual_time(async {
        let (sandbox, aws) = aws().await;
        std::fs::create_dir_all(sandbox.state_directory()).unwrap();
        let path = sandbox.state_directory().join("password");
        for (content, expected) in [
            ("Correct-Horse-42\n", VALUE),
            ("Correct-Horse-42\r\n", VALUE),
            ("Correct-Horse-42", VALUE),
            ("Correct-Horse-42\n\n", "Correct-Horse-42\n"),
            // Notepad and PowerShell begin UTF-8 with a mark.
            ("\u{feff}Correct-Horse-42\r\n", VALUE),
        ] {
            std::fs::write(&path, content).unwrap();
            let secret = Secret::File(path.display().to_string());
            assert_eq!(aws.reveal(&secret).await.unwrap().expose(), expected);
        }
        std::fs::write(&path, "\n").unwrap();
        let error = aws
            .reveal(&Secret::File(path.display().to_string()))
            .await
            .unwrap_err();
        assert!(error.to_string().contains("it is empty"), "{error}");
    });
}

#[test]
fn a_variable_that_is_not_set_is_named() {
    on_virtual_time(async {
        let (_sandbox, aws) = aws().await;
        let error = aws
            .reveal(&Secret::Env("HEADSET_TEST_NEVER_SET".to_owned()))
            .await
            .unwrap_err();
        assert!(error.to_string().contains("HEADSET_TEST_NEVER_SET"), "{error}");
    });
}
