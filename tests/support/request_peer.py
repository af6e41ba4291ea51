"""botocore's serializer in a process of its own: pickled questions on stdin, pickled answers on stdout.

A question is (service, operation, protocol, params), an answer the request or
the text of the exception.
"""

import pickle
import sys
from typing import Any


def main() -> None:
    from botocore.loaders import Loader
    from botocore.model import ServiceModel
    from botocore.serialize import create_serializer

    loader = Loader()
    models: dict[str, Any] = {}
    answers = []
    for service, operation, protocol, params in pickle.load(sys.stdin.buffer):
        if service not in models:
            models[service] = ServiceModel(loader.load_service_model(service, "service-2"), service)
        try:
            request = create_serializer(protocol).serialize_to_request(
                params, models[service].operation_model(operation)
            )
        except Exception as error:
            answers.append(str(error))
        else:
            answers.append({**request, "headers": dict(request["headers"])})
    pickle.dump(answers, sys.stdout.buffer)


if __name__ == "__main__":
    main()
