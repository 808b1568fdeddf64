"""What went wrong, told to a script of ours."""


def error_body(message: object, **more: object) -> dict[str, object]:
    """Return the JSON object of an error: {"error": message}, in words to be shown, and `more`.

    `problem` is what the scripts of pages read that were open during an upgrade.
    """
    return {"error": message, "problem": message, **more}
