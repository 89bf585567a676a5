"""What kinds of secrets there are, in the words of the pages, from the surest to the vaguest."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of secret. name: for settings and programs; words: what it may be, for a sentence.

    is_hint: personal details rather than a key; all in a notebook are asked about at once.
    """

    name: str
    words: str
    # How vague: 0 is the unmistakable form of one service's keys.
    vagueness: int = 0
    is_hint: bool = False


PRIVATE_KEY = Kind("private_key", "a private key")
WEB_TOKEN = Kind("web_token", "a signed token (JWT)")
PASSWORD_IN_ADDRESS = Kind("password_in_address", "a password in an address", 1)
NAMED_SECRET = Kind("password", "a password or key", 2)
RANDOM_TEXT = Kind("random_text", "a key: random letters and digits", 3)
RANDOM_HEX = Kind("random_hex", "a key: random hexadecimal digits", 3)
PUBLIC_ADDRESS = Kind("public_address", "internet addresses of machines", 4, is_hint=True)
EMAIL = Kind("email", "e-mail addresses", 4, is_hint=True)
NUMBERS = Kind("numbers", "a long list of numbers, which may be data", 4, is_hint=True)
UNREAD = Kind("unread", "more text than we could look through", 4, is_hint=True)

# By what detect-secrets calls them. A test fails when a release brings one that is not here.
BY_DETECTOR: dict[str, Kind] = {
    "Private Key": PRIVATE_KEY,
    "AWS Access Key": Kind("aws_key", "a key of Amazon Web Services"),
    "Azure Storage Account access key": Kind("azure_key", "a key of Azure Storage"),
    "Artifactory Credentials": Kind("artifactory_token", "a token or password of Artifactory"),
    "Cloudant Credentials": Kind("cloudant_key", "a password or key of Cloudant"),
    "Discord Bot Token": Kind("discord_token", "a token of Discord"),
    "GitHub Token": Kind("github_token", "a token of GitHub"),
    "GitLab Token": Kind("gitlab_token", "a token of GitLab"),
    "IBM Cloud IAM Key": Kind("ibm_cloud_key", "a key of IBM Cloud"),
    "IBM COS HMAC Credentials": Kind("ibm_storage_key", "a key of IBM Cloud storage"),
    "JSON Web Token": WEB_TOKEN,
    "Mailchimp Access Key": Kind("mailchimp_key", "a key of Mailchimp"),
    "NPM tokens": Kind("npm_token", "a token of npm"),
    "OpenAI Token": Kind("openai_key", "a key of OpenAI"),
    "PyPI Token": Kind("pypi_token", "a token of PyPI"),
    "SendGrid API Key": Kind("sendgrid_key", "a key of SendGrid"),
    "Slack Token": Kind("slack_token", "a token or address of Slack"),
    "SoftLayer Credentials": Kind("softlayer_key", "a key of SoftLayer"),
    "Square OAuth Secret": Kind("square_secret", "a secret of Square"),
    "Stripe Access Key": Kind("stripe_key", "a key of Stripe"),
    "Telegram Bot Token": Kind("telegram_token", "a token of Telegram"),
    "Twilio API Key": Kind("twilio_key", "a key of Twilio"),
    "Basic Auth Credentials": PASSWORD_IN_ADDRESS,
    "Secret Keyword": NAMED_SECRET,
    "Base64 High Entropy String": RANDOM_TEXT,
    "Hex High Entropy String": RANDOM_HEX,
    "Public IP (ipv4)": PUBLIC_ADDRESS,
}
# Services of data people that detect-secrets does not know yet.
MORE: dict[Kind, str] = {
    Kind("commons_token", "a token of this site"): r"\bnb[cs]_[A-Za-z0-9_-]{40,}",
    Kind("github_token", "a token of GitHub"): r"\bgithub_pat_[A-Za-z0-9_]{36,}",
    Kind("google_key", "a key of Google"): r"\bAIza[0-9A-Za-z_-]{35}\b",
    Kind("huggingface_token", "a token of Hugging Face"): r"\bhf_[A-Za-z0-9]{30,}\b",
    Kind("model_key", "a key of a language model"): r"\bsk-(?:ant|proj|or)-[A-Za-z0-9_-]{24,}",
    Kind("databricks_token", "a token of Databricks"): r"\bdapi[a-f0-9]{32}\b",
}
ALL: dict[str, Kind] = {
    kind.name: kind for kind in (*BY_DETECTOR.values(), *MORE, EMAIL, NUMBERS, UNREAD)
}
