"""Where people sign in besides here, as the operator describes it."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from nbcommons.config.sign_in_file import sign_in_providers
from nbcommons.people.providers import ProviderMistake, provider_in_environment, providers_from

OIDC = {"id": "org", "name": "Example", "issuer": "https://id.example.org/", "client_id": "c"}
SAML = {
    "kind": "saml",
    "id": "org",
    "name": "Example",
    "issuer": "https://id.example.org/saml",
    "saml": {"sso_url": "https://id.example.org/sso", "certificate": "MII"},
}


class TestProvidersFrom:
    def test_reads_what_is_needed_and_has_safe_defaults(self):
        [provider] = providers_from([OIDC], {})

        assert (provider.kind, provider.issuer) == ("oidc", "https://id.example.org")
        assert provider.accounts == "automatic"
        assert not provider.links_by_email
        assert provider.claims.labels == ""

    def test_takes_secrets_from_the_environment_or_a_file(self, tmp_path):
        (tmp_path / "secret").write_text("from a file\n")

        first, second = providers_from(
            [
                OIDC | {"client_secret_env": "IT"},
                OIDC | {"id": "two", "client_secret_file": str(tmp_path / "secret")},
            ],
            {"IT": "from the environment"},
        )

        assert first.client_secret == "from the environment"
        assert second.client_secret == "from a file"
        assert "from" not in repr(first)

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"id": ""}, "needs id"),
            ({"id": "Org 1"}, "small letters"),
            ({"issuer": None}, "needs issuer"),
            ({"issuer": "http://id.example.org"}, "https"),
            ({"issuer": "id.example.org"}, "https"),
            ({"client_id": ""}, "needs client_id"),
            ({"kind": "ldap"}, "oidc, saml"),
            ({"accounts": "yes"}, "automatic, approval, invited"),
            ({"links_by_email": "yes"}, "true or false"),
            ({"issuerr": "x"}, "issuerr"),
            ({"claims": {"label": "x"}}, "label"),
            ({"claims": {"labels": ["x"]}}, "must be a str"),
            ({"client_secret_env": "MISSING"}, "MISSING"),
            ({"client_secret_file": "/nowhere"}, "/nowhere"),
        ],
    )
    def test_says_what_is_wrong(self, change, told):
        with pytest.raises(ProviderMistake, match=told):
            providers_from([OIDC | change], {})

    def test_needs_no_encryption_on_this_machine(self):
        assert providers_from([OIDC | {"issuer": "http://localhost:9000"}], {})

    def test_wants_each_id_once(self):
        with pytest.raises(ProviderMistake, match="same id"):
            providers_from([OIDC, OIDC], {})

    def test_reads_saml_with_a_certificate_or_an_address_of_metadata(self, tmp_path):
        (tmp_path / "cert.pem").write_text("MII from file")
        with_file = {"sso_url": "https://x/", "certificate_file": str(tmp_path / "cert.pem")}

        [one] = providers_from([SAML | {"saml": with_file}], {})
        [two] = providers_from([SAML | {"saml": {"metadata_url": "https://x/m"}}], {})

        assert one.saml["certificate"] == "MII from file"
        assert two.saml["metadata_url"] == "https://x/m"
        with pytest.raises(ProviderMistake, match="metadata_url"):
            providers_from([SAML | {"saml": {}}], {})
        with pytest.raises(ProviderMistake, match="https"):
            providers_from([SAML | {"saml": {"metadata_url": "http://x/m"}}], {})


class TestSignInProviders:
    def test_reads_a_file_of_tables(self, tmp_path):
        file = tmp_path / "sign-in.toml"
        file.write_text(
            '[[provider]]\nid = "org"\nname = "Example"\nissuer = "https://id.example.org"\n'
            'client_id = "c"\n[provider.claims]\nlabels = "groups"\n'
        )

        [provider] = sign_in_providers(str(file))

        assert provider.claims.labels == "groups"

    @pytest.mark.parametrize("text", ["[[provider", '[[provider]]\nid = "org"'])
    def test_stops_the_start_over_a_mistake(self, tmp_path, text):
        file = tmp_path / "sign-in.toml"
        file.write_text(text)

        with pytest.raises(ImproperlyConfigured):
            sign_in_providers(str(file))
        with pytest.raises(ImproperlyConfigured):
            sign_in_providers(str(tmp_path / "none.toml"))

    def test_needs_no_file_for_one_provider(self):
        tables = provider_in_environment(
            {
                "NBCOMMONS_ORGANISATION_ISSUER": "https://id.example.org",
                "NBCOMMONS_ORGANISATION_CLIENT_ID": "c",
                "NBCOMMONS_ORGANISATION_CLIENT_SECRET": "s",
                "NBCOMMONS_ORGANISATION_NAME": "Example",
            }
        )

        [provider] = providers_from(tables, {})

        assert (provider.id, provider.name) == ("organisation", "Example")
        assert provider_in_environment({}) == []
