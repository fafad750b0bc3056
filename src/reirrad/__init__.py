"""A radiotherapy dose-constraint checker for re-irradiation."""

__version__ = "0.1.0"
