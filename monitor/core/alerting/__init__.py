"""When something is worth a message, to whom, when, and in what words. Pure: facts and `now` in, decisions out."""
