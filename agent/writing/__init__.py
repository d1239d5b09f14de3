"""From verdicts to prose: reviewed sentences bound to passages, checked before they are shown."""
