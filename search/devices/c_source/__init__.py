"""An int8 network as C, for the firmware of a microcontroller."""

from search.devices.c_source.network import Int8Network
from search.devices.c_source.syntax import array_content
from search.devices.c_source.texts import SOURCE

__all__ = ["SOURCE", "Int8Network", "array_content"]
