"""Which tags are proposed for a library or a word: looking, changing, going back."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from nbcommons.administration.forms import NewRuleForm, RuleForm
from nbcommons.administration.queries.paging import words_of
from nbcommons.administration.queries.tag_rules import KINDS, RulesPage, rule_of, rules_page
from nbcommons.administration.views._guard import in_admin_mode
from nbcommons.core.pages import render_page
from nbcommons.core.paging import page_number
from nbcommons.core.requests import CommonsRequest
from nbcommons.intake.operations import tag_rules as operations
from nbcommons.intake.queries.tag_rules import RuleRow


@dataclass(frozen=True, slots=True)
class RulesFormPage:
    """All rules, and a form for one more."""

    rules: RulesPage
    form: forms.Form


@dataclass(frozen=True, slots=True)
class RuleFormPage:
    """Changing one rule."""

    rule: RuleRow
    form: forms.Form


@require_http_methods(["GET", "HEAD", "POST"])
@in_admin_mode
def rules(request: CommonsRequest) -> HttpResponseBase:
    is_post = request.method == "POST"
    form = NewRuleForm(request.POST if is_post else None)
    if is_post and form.is_valid():
        operations.change_tag_rule(request.actor, **form.cleaned_data)
        messages.success(request, "The rule holds for what comes in from now on.")
        return redirect("administration:tag_rules")
    kind = request.GET.get("kind", "")
    listed = rules_page(
        query=words_of(request.GET),
        kind=kind if kind in KINDS else "",
        is_changed=request.GET.get("only") == "changed",
        page=page_number(request.GET),
    )
    page = RulesFormPage(rules=listed, form=form)
    return render_page(
        request, "administration/tag_rules.html", page, status=422 if is_post else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_admin_mode
def rule(request: CommonsRequest) -> HttpResponseBase:
    """One rule; the address names its kind and pattern, since a pattern may be any text."""
    found = rule_of(request.GET.get("kind", ""), request.GET.get("pattern", ""))
    if found is None:
        messages.error(request, "There is no such rule any more.")
        return redirect("administration:tag_rules")
    if request.method != "POST":
        form = RuleForm(initial={"tags": ", ".join(found.tags)})
        return render_page(
            request, "administration/tag_rule.html", RuleFormPage(rule=found, form=form)
        )
    if request.POST.get("change") == "restore":
        operations.restore_tag_rule(request.actor, kind=found.kind, pattern=found.pattern)
        is_shipped = rule_of(found.kind, found.pattern) is not None
        told = "is as the commons ships it" if is_shipped else "proposes nothing any more"
        messages.success(request, f"“{found.pattern}” {told}.")
        return redirect("administration:tag_rules")
    form = RuleForm(request.POST)
    if not form.is_valid():
        page = RuleFormPage(rule=found, form=form)
        return render_page(request, "administration/tag_rule.html", page, status=422)
    operations.change_tag_rule(
        request.actor, kind=found.kind, pattern=found.pattern, **form.cleaned_data
    )
    messages.success(request, "The rule holds for what comes in from now on.")
    return redirect("administration:tag_rules")
