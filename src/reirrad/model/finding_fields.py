"""What each field of a report means, for its JSON Schema.

Apart from the classes, which are read more often than the schema is.
"""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

FIELDS: dict[str, dict[str, str]] = {
    "RecoveredCourse": {
        "course_id": "the earlier course",
        "interval_months": (
            "from its end to the start of the course judged as the newest; a pair is a range, its upper end null if "
            "unbounded"
        ),
        "fraction": "how much of it no longer counts; a pair is a range",
        "next_fraction": (
            "what the fraction becomes at the next step of the schedule; null: there is none, or the interval is a "
            "range"
        ),
        "days_to_next_step": "how many days later that is; null: there is no such step, or the dates do not say",
    },
    "Finding": {
        "constraint_id": "the constraint; it begins with the id of its edition",
        "edition": "the id of its edition",
        "group": "limits that a source states only together; null: the constraint stands alone",
        "structure": "by its TG-263 name",
        "metric": "what the constraint is about",
        "metric_used": (
            "the metrics that the value was taken from; null: no stated dose is in it, or the constraint does not apply"
        ),
        "quantity": "physical, BED, EQD2 or months",
        "alpha_beta_gy": "of the constraint; null: it needs none, or its source states none",
        "scope": "over which courses the value is taken",
        "course_id": (
            "the course at whose turn the finding is decided; null: none that is listed, it depends on an order that "
            "is not known, or the constraint does not apply"
        ),
        "course_role": "whether that course was delivered or is proposed; null: as course_id",
        "status": "not_evaluated is no pass; not_applicable is proved from what is stated",
        "reason": "why it is not evaluated or does not apply, as a code; null: it is met or violated",
        "advisory": "shown, and part of no verdict, count or exit code",
        "caused_by_proposed": (
            "true: violated, and without the proposed course proved not to be. false: violated without it, too, or not "
            "violated at all: then nothing is said of what the course does to a finding that is not evaluated. null: "
            "nothing is proposed, or it is violated and without the proposed course not evaluated"
        ),
        "value": "null: a range (see value_low and value_high), or none",
        "value_low": "the lower end of what the value may be; null: there is no value",
        "value_high": "the upper end of what the value may be; null: unbounded, or there is no value",
        "limit": "the limit, or the lower end of a range of limits; null: there is none for this case",
        "limit_high": "the upper end of a range of limits; null: one number",
        "comparison": "at_most, below, at_least or above: how the value must lie to the limit",
        "margin": (
            "the room between value and limit at the worst end, below 0 beyond the limit; null: unbounded, or nothing "
            "is compared"
        ),
        "unit": "of value, limit and margin",
        "near_limit": (
            "whether the margin, on either side, is within a small part of a dose limit, whatever the status is"
        ),
        "accumulation": (
            "how point doses of several courses were summed: max_sum of true maxima, an upper bound; metric_sum by "
            "convention; null: no sum"
        ),
        "undiscounted_value": (
            "the sum without recovery, beside a value with it; null: there is no recovery, or that sum is a range"
        ),
        "undiscounted_low": "the lower end of the sum without recovery; null: there is no recovery",
        "undiscounted_high": "the upper end of the sum without recovery; null: unbounded, or there is no recovery",
        "recovery": (
            "what each earlier course recovered; null: the constraint has no recovery of doses, or does not apply"
        ),
        "basis": "where the doses in the value come from; null: no stated dose is in it",
        "source": "the citation, and whether the source itself or a transcription of it was read",
        "locator": "where in the source the limit stands",
        "derivation": "the arithmetic with its numbers, and what would decide what is not evaluated",
    },
    "GroupFinding": {
        "group": "the name of the group",
        "structure": "by its TG-263 name",
        "status": "the worst of its members; not_evaluated if a member was not judged and it would be met",
        "members": "the constraints of the group that were judged",
    },
    "Opinion": {
        "edition": "the id of the edition",
        "constraint_id": "the constraint of its worst finding about the newest course",
        "course_id": "as in the finding: an earlier turn may be worse than the newest",
        "status": "of that finding",
        "value": "as in the finding",
        "value_low": "as in the finding",
        "value_high": "as in the finding",
        "undiscounted_value": "as in the finding",
        "undiscounted_low": "as in the finding",
        "undiscounted_high": "as in the finding",
        "limit": "as in the finding",
        "limit_high": "as in the finding",
        "comparison": "as in the finding",
        "margin": "as in the finding",
        "margin_percent": "the margin in percent of the limit; null: there is none",
        "unit": "of value, limit and margin",
    },
    "Disagreement": {
        "structure": "by its TG-263 name",
        "agree": "whether the editions that were evaluated came to the same status; null: none was",
        "binds": "the constraint with the least room; null: none was evaluated",
        "spread_percent": "the smallest and the largest margin in percent; null: none was evaluated",
        "opinions": "what each edition says",
    },
    "Reference": {
        "id": "the id of the reference",
        "structure": "by its TG-263 name",
        "endpoint": "what was observed",
        "printed": "what the source prints",
        "risk": "the risk that it states",
        "source": "the citation, and whether the source itself or a transcription of it was read",
        "locator": "where in the source it stands",
        "note": "of the edition; null: none",
    },
    "Counts": {
        "met": "findings that are met",
        "violated": "findings that are violated",
        "not_evaluated": "findings that are not evaluated",
        "not_applicable": "findings whose constraint does not apply",
    },
    "EditionUsed": {
        "id": "the id of the edition",
        "digest": "the digest of its file",
        "origin": "whether it is as the package ships it, differs from that, or is a file of the user",
        "population": "whom its source is about; empty: not stated",
    },
    "InputDigest": {
        "sha256": "of the case as canonical JSON",
    },
    "Report": {
        "schema": "the name of this form",
        "case_id": "as the case states it",
        "headline": "the verdict in words",
        "verdict": "violated before not_evaluated before met, of findings that are not advisory; never not_applicable",
        "verdict_without_proposed": "the verdict of the case without its proposed course; null: nothing is proposed",
        "findings": "one for each constraint that is judged and structure",
        "groups": "limits that hold only together",
        "counts": "of findings that are not advisory",
        "disagreement": "where several editions speak of a structure",
        "references": "what is shown and never compared",
        "profile": "the profile that chose the constraints",
        "outside_profile": "how many limits about these structures were not judged",
        "unmapped_structures": "judged structures that are not known; with one the verdict is never met",
        "structures_without_rule": (
            "judged structures about whose newest course no constraint decides; if each must have one, the verdict is "
            "not met"
        ),
        "notes": "what a reader of the findings must know",
        "editions": "the editions that are used",
        "input": "what was judged",
        "reirrad_version": "the version that judged it",
    },
    "RefusedInput": {
        "source": "the name of the input",
        "problems": "what is wrong with it, each with its place",
    },
    "Reports": {
        "schema": "the name of this form",
        "reports": "one for each case that was judged",
        "errors": "inputs that could not be judged; left out if there are none",
    },
}


def described(name: str) -> ConfigDict:
    """Return the configuration of a class whose JSON Schema says what its fields mean."""

    def describe(schema: dict[str, Any]) -> None:
        for field, text in FIELDS[name].items():
            schema["properties"][field]["description"] = text

    return ConfigDict(json_schema_extra=describe)
