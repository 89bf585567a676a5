"""Words and icons for what the catalogue stores as codes."""

from nbcommons.notebooks.models import Category

_LANGUAGES = {
    "python": "Python",
    "r": "R",
    "julia": "Julia",
    "sql": "SQL",
    "javascript": "JavaScript",
    "typescript": "TypeScript",
    "scala": "Scala",
    "bash": "Bash",
    "matlab": "MATLAB",
    "octave": "Octave",
    "sas": "SAS",
    "c++": "C++",
    "c#": "C#",
    "f#": "F#",
}
CATEGORY_ICONS = {
    Category.OPERATIONAL.value: "briefcase",
    Category.BUILDING_BLOCK.value: "blocks",
    Category.COURSE.value: "graduation-cap",
}
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
HEALTH_WORDS = {"healthy": "Healthy", "unhealthy": "Unhealthy", "unknown": "Not known yet"}


_FIELDS = {
    "title": "Title",
    "tag": "Tag",
    "owner": "By",
    "team": "Team",
    "organisation": "Organisation",
    "package": "Package",
    "language": "Language",
    "category": "Type",
    "health": "Health",
    "updated": "Changed",
    "created": "Made",
    "label": "Access label",
}


def field_word(name: str) -> str:
    """What a filter of the search is called on pages."""
    return _FIELDS.get(name, name)


def language_word(language: str) -> str:
    """A programming language as people write it: "python" is Python."""
    return _LANGUAGES.get(language, language[:1].upper() + language[1:])


def category_word(category: str) -> str:
    """A category as people read it: "building_block" is Building block."""
    return Category(category).label if category in Category.values else category


def duration_words(seconds: int) -> str:
    """A length of time as people say it: "two hours", "45 minutes", "90 seconds"."""
    for unit, word in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds % unit == 0 and seconds >= unit:
            count = seconds // unit
            said = _SMALL[count] if count < len(_SMALL) else f"{count:,}"
            return f"{said} {word}{'' if count == 1 else 's'}"
    return "at once"
