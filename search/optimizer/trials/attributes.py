"""What is stored with each Optuna trial and study, one name each (user attributes)."""

# Of a trial.
KEY = "architecture.key"
FUNCTION_KEY = "architecture.function_key"  # absent where it is the key
ARCHITECTURE = "architecture"  # Architecture.to_dict()
WORDS = "architecture.words"
MACS = "macs"
COST = "cost"  # in the unit of the study's objective; absent where that is multiply-adds
COST_UNIT = "cost_unit"  # of COST; absent in earlier studies, whose only other objective was milliseconds
PARAMETERS = "parameters"
RAM_BYTES = "ram_bytes"  # absent where it is unknown, and from trials of version 0.2
FLASH_BYTES = "flash_bytes"  # the same
EPOCHS = "epochs"  # a list of the columns of `training.trainer.EpochResult`, in their order, then Unix time when stored
MILESTONE = "until"  # epochs up to which it is trained, or was last
RUNGS = "rungs"  # {"3": accuracy after 3 epochs, ...}
RESULT = "result"  # the two values of a trial that has reached the top rung: accuracy, and cost in the objective's unit
SECONDS = "seconds"  # of training, so far
REASON = "reason"  # why it was pruned or failed
OVER_CAP = "over_cap"  # True: never trained, for its cost
REPEATS = "repeats"  # number of the trial that trained the same network; this one never trained
RESUMES = "resumes"  # number of the trial that was stopped at a rung and whose network this one trains further
INTERRUPTED = "interrupted"  # True: the search was stopped or its worker died; does not count
DEATHS = "deaths"  # how many workers died with this network, in this trial
START_POINT = "start_point"  # name of a known network that every study tries first
STARTED_FROM = "started_from"  # what the study was started from, on networks that it has from there
PROCESS_ID = "owner"  # the process that runs it, see `process_id.this_process`
VALUES_AT_RUNGS = "known_cost:values"  # {"3": value at step 3, ...}, in a study of somebody else's objective
PROPOSED = "known_cost:proposed"  # params that were proposed for it, in such a study (a system attribute)

# Of a study.
FORMAT = "format"  # of all these attributes; absent from the first studies, whose format is 1
ID = "id"  # tells it from another of the same name, begun anew
SETTINGS = "settings"  # what makes its results comparable
INVENTORY = "inventory"  # what its images were, to tell later what has changed; absent from studies of version 0.2
OBJECTIVE = "objective"  # name and unit of what is minimised beside the loss; absent from studies of version 0.1
MIRROR = "mirror"  # the search that writes the study into MLflow, and its last heartbeat: "owner", "at"
FLIP_CHOICE = "flip_choice"  # the fields of `running.flip_choice.FlipChoice`; absent from studies of version 0.2
COMMAND = "command"  # by which a person last searched
DISPLAY_SETTINGS = "shown"  # the fields of `results.display_settings.DisplaySettings`, as a person last searched
STATE = "state"  # RUNNING, FINISHED or INTERRUPTED: how the last search began or ended
LATENCY_MODEL = "latency_model"  # the fields of `devices.latency_model.LatencyModel`, where that is the objective
WARM_START = "earlier"  # the fields of `warm_start.WarmStart`, where it was started from another study
BOUNDS = "bounds"  # the rectangle of its hypervolume
