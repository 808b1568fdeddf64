"""The pages of moderators. Each module registers its own with the admin."""

from moderation.admin import cases, log, people, rights, rings  # noqa: F401
