"""The rules of the register: values and dates in, named decisions out. No Django, no input or output."""
