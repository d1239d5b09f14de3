"""From prose to facts: two readers behind one protocol, and the training of the embedded one."""
