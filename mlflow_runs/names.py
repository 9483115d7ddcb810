"""Every name that is written into MLflow. They are stored in people's files, so none of them may change."""

# Child runs: metrics. Accuracies are validation accuracies, 0 to 1; costs are for one image.
ACCURACY = "accuracy"
FLOPS = "flops"  # 2 per multiply-add
LOG10_FLOPS = "log10_flops"  # MLflow's charts have no logarithmic axis
MACS = "macs"
PARAMS = "params"
RAM_BYTES = "ram_bytes"  # of tensors in an int8 interpreter
FLASH_BYTES = "flash_bytes"  # of the int8 file
LOG10_RAM_BYTES = "log10_ram_bytes"  # only in studies that minimise it
LOG10_FLASH_BYTES = "log10_flash_bytes"  # only in studies that minimise it
LATENCY_MS = "latency_ms"  # predicted; only in studies that minimise it
SECONDS = "seconds"
RUNG_ACCURACY = "rung/accuracy"  # step = epochs of the rung; the last is that of the highest rung that was reached
RUNG_EPOCHS = "rung/epochs"  # the same steps
EPOCH_ACCURACY = "epoch/accuracy"  # step = epoch, from 1
EPOCH_FRONT_ACCURACY = "epoch/front_accuracy"  # the front's best at that epoch among networks that cost no more
EPOCH_LOSS = "epoch/loss"
EPOCH_LEARNING_RATE = "epoch/learning_rate"

# Child runs: tags.
STUDY = "study"
STUDY_KEY = "study.key"  # a hash of the study's name, which may hold what a filter can't
TRIAL_NUMBER = "trial.number"
TRIAL_STATE = "trial.state"
TRIAL_REASON = "trial.reason"
ARCHITECTURE_KEY = "architecture.key"
ARCHITECTURE_WORDS = "architecture.words"
KNOWN_NETWORK = "architecture.known"  # the name of a known network, such as StandardCNN
PARETO_FRONT = "pareto.front"
ON_FRONT = "true"
OFF_FRONT = "false"
PARENT_OF_FRONT = "parent"
CURVE_OF_FRONT = "curve"

# All runs: MLflow's charts load 100, so the runs that they draw come first.
CHART_ORDER = "charts.order"
CURVE_FIRST, THEN_PARENT, THEN_FRONT, THEN_FINISHED, THEN_OTHERS = "0", "1", "2", "3", "4"

# Parent runs.
HYPERVOLUME = "hypervolume"  # step = trials that had ended by then: MLflow shows the value at the highest step
FRONT_SIZE = "front_size"
FINISHED_BY_THEN = "trials finished by then"  # an axis: only some of those that end are finished
ENDED_TRIAL = "trial that ended"  # its number: trials do not end in the order of their numbers
STUDY_STATE = "study.state"
VERSION_PREFIX = "version."
CHANGED_SETTING_PREFIX = "setting."  # a param can't change, so what a continued search changed is a tag

# The curve's run: the corners of the front's staircase, step = corner. MLflow shows these names as titles of axes.
FRONT_ACCURACY = "front/validation accuracy"
FRONT_LOG10_FLOPS = "front/log10 FLOPs"
FRONT_LOG10_RAM_BYTES = "front/log10 bytes of RAM"  # in studies that minimise RAM
FRONT_LOG10_FLASH_BYTES = "front/log10 bytes of flash"  # in studies that minimise flash
FRONT_MILLISECONDS = "front/milliseconds"  # in studies that minimise latency
FRONT_KEY = "front.key"  # a hash of the corners

# Overlays of studies, and benchmarks of samplers.
COMPARISON_KEY = "comparison.key"  # the keys of its studies, sorted; of a benchmark a key of its own

# Artifacts.
LAYERS_CSV = "layers.csv"
FRONT_CSV = "front/front.csv"
FRONT_PNG = "front/front.png"
FRONT_HTML = "front/front.html"
COMPARISON_PNG = "comparison.png"
COMPARISON_HTML = "comparison.html"

# MLflow's own.
PARENT_RUN_ID = "mlflow.parentRunId"
RUN_NAME = "mlflow.runName"
RUN_COLOR = "mlflow.runColor"
NOTE = "mlflow.note.content"
GIT_COMMIT = "mlflow.source.git.commit"
EXPERIMENT_KIND = "mlflow.experimentKind"
MODEL_DEVELOPMENT = "custom_model_development"  # without it MLflow first shows a page about GenAI
SHARED_VIEW_PREFIX = "mlflow.sharedViewState."

# MLflow's limits (mlflow.utils.validation).
METRICS_PER_BATCH = 800  # with params and tags 1000
PARAMS_PER_BATCH = 100
TAGS_PER_BATCH = 100
KEY_LENGTH = 250
PARAM_LENGTH = 6000
TAG_LENGTH = 8000

# Okabe and Ito's palette, told apart by colour-blind eyes.
FRONT_COLOR = "#D55E00"  # vermillion
KNEE_COLOR = "#0072B2"  # blue
OTHER_COLOR = "#999999"
