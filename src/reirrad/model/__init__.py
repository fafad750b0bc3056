"""What is said: cases, metrics, rules and findings, as frozen models."""
