"""Find units: which unit follows which property, beside what else would explain it."""
