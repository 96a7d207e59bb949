"""The pages of a teacher's own portfolio. Only a session of her own opens them (promise 2); no cache keeps them."""
