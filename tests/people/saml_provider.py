"""A SAML identity provider that signs answers with a key of its own, as a real one does."""

import base64
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from defusedxml import ElementTree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Saml
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Utils

ISSUER = "https://idp.example.org/saml"
SSO_URL = "https://idp.example.org/sso"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"

_RESPONSE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{response_id}" Version="2.0"
 IssueInstant="{now}" Destination="{acs}" InResponseTo="{asked}">
<saml:Issuer>{issuer}</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{assertion_id}"
 Version="2.0" IssueInstant="{now}"><saml:Issuer>{issuer}</saml:Issuer>
<saml:Subject><saml:NameID Format="{format}">{name_id}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData NotOnOrAfter="{until}" Recipient="{acs}" InResponseTo="{asked}"/>
</saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{since}" NotOnOrAfter="{until}"><saml:AudienceRestriction>
<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{now}" SessionIndex="one"><saml:AuthnContext>
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>
</saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>
</samlp:Response>"""


@dataclass(frozen=True)
class SamlProvider:
    """Signs what it says with ``key``; ``certificate`` is what the site must know of it."""

    key: str
    certificate: str
    audience: str
    attributes: dict[str, list[str]] = field(default_factory=dict)

    def answer(self, address: str, name_id: str = "a1", **change: str) -> str:
        """The form field that answers the request at ``address`` where the site sent somebody."""
        query = parse_qs(urlsplit(address).query)
        asked = ElementTree.fromstring(
            zlib.decompress(base64.b64decode(query["SAMLRequest"][0]), -15).decode()
        )
        now = datetime.now(UTC)
        values = {
            "response_id": "_response1",
            "assertion_id": "_assertion1",
            "now": _written(now),
            "since": _written(now - timedelta(minutes=1)),
            "until": _written(now + timedelta(minutes=5)),
            "acs": asked.get("AssertionConsumerServiceURL"),
            "asked": asked.get("ID"),
            "issuer": ISSUER,
            "audience": self.audience,
            "format": PERSISTENT,
            "name_id": name_id,
            "attributes": "".join(map(_attribute, self.attributes.items())),
        } | change
        return base64.b64encode(self._signed(_RESPONSE.format(**values))).decode()

    def _signed(self, xml: str) -> bytes:
        signed = Utils.add_sign(
            xml,
            self.key,
            self.certificate,
            sign_algorithm=Saml.RSA_SHA256,
            digest_algorithm=Saml.SHA256,
        )
        return signed if isinstance(signed, bytes) else signed.encode()


def new_provider(audience: str, **attributes: list[str]) -> SamlProvider:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.org")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return SamlProvider(
        key=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
        certificate=certificate.public_bytes(serialization.Encoding.PEM).decode(),
        audience=audience,
        attributes=attributes,
    )


def _attribute(item: tuple[str, list[str]]) -> str:
    name, values = item
    inner = "".join(
        f"<saml:AttributeValue>{escape(value)}</saml:AttributeValue>" for value in values
    )
    return f'<saml:Attribute Name="{name}">{inner}</saml:Attribute>'


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
