"""The public picture of a service model: services, operations and shapes, made as they are asked for.

The names and attributes are those that users of botocore's models rely on. A
model is read through a ``ShapeSource``: a plain dictionary of a model file, or
a record of the compiled store. Nothing is resolved before it is asked for.
"""

from .service_model import PROTOCOLS, OperationModel, ServiceId, ServiceModel
from .shape_classes import ListShape, MapShape, Shape, StringShape, StructureShape
from .shape_source import DictSource, ShapeSource

__all__ = [
    "PROTOCOLS",
    "DictSource",
    "ListShape",
    "MapShape",
    "OperationModel",
    "ServiceId",
    "ServiceModel",
    "Shape",
    "ShapeSource",
    "StringShape",
    "StructureShape",
]
