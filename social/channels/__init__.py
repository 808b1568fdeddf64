"""Services to post to: one module each, all with the same names.

NAME for people; ADDRESS, the usual URL, or "" without one; CREDENTIALS {name: description};
LIMIT and `count(text)`, the length as the service counts it; REPEATABLE_SECONDS, for how long a
second try with the same key makes no second post: 0 for never, None for always; `new_key()`;
`post`, and where the service can, `edit` and `delete`. They raise the errors of `errors` and of
`common.http.webhook`. docs/developing/channels.md explains how to add a module.
"""

from types import ModuleType

from social.channels import bluesky, discord, facebook, mastodon, matrix, slack, x

CHANNELS: dict[str, ModuleType] = {
    "mastodon": mastodon,
    "bluesky": bluesky,
    "matrix": matrix,
    "discord": discord,
    "slack": slack,
    "x": x,
    "facebook": facebook,
}
KINDS = [(key, module.NAME) for key, module in CHANNELS.items()]
