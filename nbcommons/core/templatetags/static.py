"""``{% load static %}`` for all templates: Django's tag, which finds each file's address once.

A page names some twenty files, and their addresses change with a new release only.
"""

from functools import cache

from django import template
from django.template.base import Parser, Token
from django.templatetags.static import StaticNode, get_media_prefix, get_static_prefix

register = template.Library()
register.tag("get_static_prefix", get_static_prefix)
register.tag("get_media_prefix", get_media_prefix)


class KnownStatic(StaticNode):
    """``static`` whose addresses are kept."""

    @classmethod
    def handle_simple(cls, path: str) -> str:
        return _found(path)


@register.tag
def static(parser: Parser, token: Token) -> StaticNode:
    """The address of a static file, as in Django."""
    return KnownStatic.handle_token(parser, token)


@cache
def _found(path: str) -> str:
    return StaticNode.handle_simple(path)
