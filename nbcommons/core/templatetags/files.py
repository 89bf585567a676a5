"""``static`` as Django's own, but that it finds the address of each file once.

A page names some twenty files, and their addresses change with a new release only: a file that is
named outright is text as soon as the template is read.
"""

from functools import cache

from django import template
from django.template.base import Node, Parser, TextNode, Token
from django.templatetags.static import StaticNode
from django.utils.html import conditional_escape

register = template.Library()


class KnownStatic(StaticNode):
    """``static`` whose addresses are kept."""

    @classmethod
    def handle_simple(cls, path: str) -> str:
        return _found(path)


@register.tag
def static(parser: Parser, token: Token) -> Node:
    """The address of a static file, as in Django."""
    node = KnownStatic.handle_token(parser, token)
    path = node.path
    if node.varname or path.is_var or path.filters:
        return node
    return TextNode(conditional_escape(_found(str(path.var))))


@cache
def _found(path: str) -> str:
    return StaticNode.handle_simple(path)
