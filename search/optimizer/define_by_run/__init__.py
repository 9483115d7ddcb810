"""The known-cost sampler for any study of Optuna: its space is learnt as the objective runs, and so are its losses."""
