"""The faces: terminal, programs and browser. They use the advisor through its door."""
