"""What each parser is fed: functions that make one input and the call that reads it.

Each takes a random generator, the number of the input and an empty folder.
"""

from tests.faults.parsers.addresses import addresses, names
from tests.faults.parsers.architectures import architectures, fields
from tests.faults.parsers.batches import batches
from tests.faults.parsers.flags import configurations, flags
from tests.faults.parsers.folders import folders
from tests.faults.parsers.model_files import model_files
from tests.faults.parsers.tables import tables

KINDS = {
    "flags": flags,
    "configurations": configurations,
    "fields": fields,
    "architectures": architectures,
    "tables": tables,
    "folders": folders,
    "batches": batches,
    "model files": model_files,
    "addresses": addresses,
    "names": names,
}
