"""Pictures of a case for the consult report; matplotlib is imported when one is drawn."""

from reirrad.report.pictures.budget import budget_alt_text, budget_figure
from reirrad.report.pictures.disagreement import disagreement_alt_text, disagreement_figure
from reirrad.report.pictures.findings import findings_alt_text, findings_figure, findings_to_draw
from reirrad.report.pictures.output import FORMS, picture_bytes, svg_text
from reirrad.report.pictures.timeline import timeline_alt_text, timeline_figure

__all__ = [
    "FORMS",
    "budget_alt_text",
    "budget_figure",
    "disagreement_alt_text",
    "disagreement_figure",
    "findings_alt_text",
    "findings_figure",
    "findings_to_draw",
    "picture_bytes",
    "svg_text",
    "timeline_alt_text",
    "timeline_figure",
]
