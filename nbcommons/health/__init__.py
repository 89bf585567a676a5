"""How well a notebook works, judged from executions."""
