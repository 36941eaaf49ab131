"""One world in the browser, to step and change (`make dashboard`); needs the extra ``dashboard``."""
