"""Messages to people: an action writes what to say in its transaction, a job renders and sends it.

A mail says only that there is a message; what it is about stands here, behind the sign-in. The one exception is the
activation mail, whose code is issued at the moment of sending and stored nowhere but as a keyed hash.
"""
