"""An int8 network as C, for the firmware of a microcontroller."""

from search.devices.c_source.network import FirmwareNetwork
from search.devices.c_source.reading import int8_content

__all__ = ["FirmwareNetwork", "int8_content"]
