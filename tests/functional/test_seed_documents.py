"""The examples of the documents that the project started from, run with only their import changed.

Each runs in a fresh interpreter against moto's server over HTTP. Where a
document prints something, the output is compared.
"""

import io
import json
import subprocess
import sys
import zipfile

import pytest
import sotalia

LAMBDA_EVENTS = """\
provide-client-params.lambda.GetPolicy
before-parameter-build.lambda.GetPolicy
before-endpoint-resolution.lambda
before-call.lambda.GetPolicy
request-created.lambda.GetPolicy
choose-signer.lambda.GetPolicy
before-sign.lambda.GetPolicy
before-send.lambda.GetPolicy
before-parse.lambda.GetPolicy
response-received.lambda.GetPolicy
needs-retry.lambda.GetPolicy
after-call.lambda.GetPolicy
"""


@pytest.fixture
def world(aws):
    """Buckets with one object each, and a function with a policy."""
    s3 = sotalia.Session().client("s3")
    for bucket in ("mybucket", "myspecificbucket", "myotherbucket"):
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key=f"in-{bucket}", Body=b"x")
    iam = sotalia.Session().client("iam")
    trust = {"Version": "2012-10-17", "Statement": []}
    role = iam.create_role(RoleName="worker", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("handler.py", "def handler(event, context): return 1\n")
    functions = sotalia.Session().client("lambda")
    functions.create_function(
        FunctionName="myapp-dev",
        Runtime="python3.11",
        Role=role,
        Handler="handler.handler",
        Code={"ZipFile": archive.getvalue()},
    )
    functions.add_permission(
        FunctionName="myapp-dev",
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    return aws


def run(source: str) -> str:
    """Run an example in a fresh interpreter and return what it prints."""
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def keys(text: str) -> list[str]:
    return text.split()


PRINT_KEYS = """
print(*[item['Key'] for item in response['Contents']])
"""

ADD_A_BUCKET = """
import sotalia as boto3

s3 = boto3.client('s3')

# Access the event system on the S3 client
event_system = s3.meta.events

# Create a function
def add_my_bucket(params, **kwargs):
    # Add the name of the bucket you want to default to.
    if 'Bucket' not in params:
        params['Bucket'] = 'mybucket'

# Register the function to an event
event_system.register('provide-client-params.s3.ListObjects', add_my_bucket)

response = s3.list_objects()
"""


def test_a_handler_provides_a_parameter(world):
    assert keys(run(ADD_A_BUCKET + PRINT_KEYS)) == ["in-mybucket"]


def test_without_the_handler_the_same_call_is_a_validation_error(world):
    source = """
import sotalia as boto3
s3 = boto3.client('s3')
try:
    s3.list_objects()
except boto3.exceptions.ParamValidationError as error:
    print(error)
"""
    assert 'Missing required parameter in input: "Bucket"' in run("import sotalia.exceptions\n" + source)


def test_the_more_specific_handler_goes_first(world):
    source = """
import sotalia as boto3

s3 = boto3.client('s3')

# Access the event system on the S3 client
event_system = s3.meta.events

def add_my_general_bucket(params, **kwargs):
    if 'Bucket' not in params:
        params['Bucket'] = 'mybucket'

def add_my_specific_bucket(params, **kwargs):
    if 'Bucket' not in params:
        params['Bucket'] = 'myspecificbucket'

event_system.register('provide-client-params.s3', add_my_general_bucket)
event_system.register('provide-client-params.s3.ListObjects', add_my_specific_bucket)

list_obj_response = s3.list_objects()
put_obj_response = s3.put_object(Key='mykey', Body=b'my body')
response = list_obj_response
print(*[item['Key'] for item in list_obj_response['Contents']])
"""
    assert keys(run(source)) == ["in-myspecificbucket"]
    s3 = sotalia.Session().client("s3")
    assert s3.get_object(Bucket="mybucket", Key="mykey")["Body"].read() == b"my body"


def test_a_wildcard_stands_for_one_part(world):
    source = """
import sotalia as boto3

s3 = boto3.client('s3')

# Access the event system on the S3 client
event_system = s3.meta.events

def add_my_wildcard_bucket(params, **kwargs):
    if 'Bucket' not in params:
        params['Bucket'] = 'mybucket'

event_system.register('provide-client-params.s3.*', add_my_wildcard_bucket)
response = s3.list_objects()
"""
    assert keys(run(source + PRINT_KEYS)) == ["in-mybucket"]


def test_a_star_with_other_letters_is_no_glob(world):
    source = """
import sotalia as boto3
import sotalia.exceptions

s3 = boto3.client('s3')

def add_my_wildcard_bucket(params, **kwargs):
    params['Bucket'] = 'mybucket'

s3.meta.events.register('provide-client-params.s3.*objects', add_my_wildcard_bucket)
try:
    s3.list_objects()
except sotalia.exceptions.ParamValidationError:
    print('not called')
"""
    assert run(source) == "not called\n"


def test_the_wildcard_is_more_specific_than_the_name_above_it(world):
    source = """
import sotalia as boto3

s3 = boto3.client('s3')
order = []
s3.meta.events.register('provide-client-params.s3', lambda **kwargs: order.append('general'))
s3.meta.events.register('provide-client-params.s3.*', lambda **kwargs: order.append('wildcard'))
s3.list_objects(Bucket='mybucket')
print(order)
"""
    assert run(source) == "['wildcard', 'general']\n"


def test_clients_are_isolated(world):
    source = """
import sotalia as boto3

client1 = boto3.client('s3')
client2 = boto3.client('s3')

def add_my_bucket(params, **kwargs):
    if 'Bucket' not in params:
        params['Bucket'] = 'mybucket'

def add_my_other_bucket(params, **kwargs):
    if 'Bucket' not in params:
        params['Bucket'] = 'myotherbucket'

client1.meta.events.register(
    'provide-client-params.s3.ListObjects', add_my_bucket)
client2.meta.events.register(
    'provide-client-params.s3.ListObjects', add_my_other_bucket)

client1_response = client1.list_objects()
client2_response = client2.list_objects()
print(client1_response['Contents'][0]['Key'], client2_response['Contents'][0]['Key'])
"""
    assert run(source) == "in-mybucket in-myotherbucket\n"


def test_a_method_is_added_to_the_client_class(world):
    source = """
from sotalia.session import Session

def custom_method(self):
    print('This is my custom method')

def add_custom_method(class_attributes, **kwargs):
    class_attributes['my_method'] = custom_method

session = Session()
session.events.register('creating-client-class.s3', add_custom_method)

client = session.client('s3')
client.my_method()
"""
    assert run(source) == "This is my custom method\n"


def test_a_base_class_is_added_to_the_client_class(world):
    source = """
from sotalia.session import Session

class MyClass(object):
    def __init__(self, *args, **kwargs):
        super(MyClass, self).__init__(*args, **kwargs)
        print('Client instantiated!')

def add_custom_class(base_classes, **kwargs):
    base_classes.insert(0, MyClass)

session = Session()
session.events.register('creating-client-class.s3', add_custom_class)

client = session.client('s3')
"""
    assert run(source) == "Client instantiated!\n"


def test_a_method_is_added_to_the_resource_class(world):
    source = """
from sotalia.session import Session

def custom_method(self):
    print('This is my custom method')

def add_custom_method(class_attributes, **kwargs):
    class_attributes['my_method'] = custom_method

session = Session()
session.events.register('creating-resource-class.s3.ServiceResource',
                        add_custom_method)

resource = session.resource('s3')
resource.my_method()
"""
    assert run(source) == "This is my custom method\n"


def test_a_base_class_is_added_to_the_resource_class(world):
    source = """
from sotalia.session import Session

class MyClass(object):
    def __init__(self, *args, **kwargs):
        super(MyClass, self).__init__(*args, **kwargs)
        print('Resource instantiated!')

def add_custom_class(base_classes, **kwargs):
    base_classes.insert(0, MyClass)

session = Session()
session.events.register('creating-resource-class.s3.ServiceResource',
                        add_custom_class)

resource = session.resource('s3')
"""
    assert run(source) == "Resource instantiated!\n"


def test_a_client_lists_buckets(world):
    source = """
import sotalia as boto3
s3_client = boto3.client('s3')
response = s3_client.list_buckets()
print(sorted(bucket['Name'] for bucket in response['Buckets']), type(response['Buckets'][0]['CreationDate']).__name__)
"""
    assert run(source) == "['mybucket', 'myotherbucket', 'myspecificbucket'] datetime\n"


def test_a_policy_is_text_until_a_handler_decodes_it(world):
    plain = """
import sotalia as boto3
client = boto3.client('lambda')
print(type(client.get_policy(FunctionName='myapp-dev')['Policy']).__name__)
"""
    assert run(plain) == "str\n"
    source = """
import json
import sotalia as boto3

def load_policy(parsed, **kwargs):
    parsed['Policy'] = json.loads(parsed['Policy'])

client = boto3.client('lambda')
client.meta.events.register(
    'after-call.lambda.GetPolicy', load_policy)
print(json.dumps(client.get_policy(FunctionName='myapp-dev')['Policy']))
"""
    policy = json.loads(run(source))
    assert policy["Statement"][0]["Action"] == "lambda:InvokeFunction"


def test_every_event_of_a_call_in_its_order(world):
    source = """
import sotalia as boto3

lambda_client = boto3.client('lambda')

def print_event(event_name, **kwargs):
    print(event_name)

lambda_client.meta.events.register('*', print_event)
lambda_client.get_policy(FunctionName='myapp-dev')
"""
    assert run(source) == LAMBDA_EVENTS


def test_a_session_makes_clients(world):
    source = """
import sotalia as boto3
session = boto3.Session()
s3_client = session.client('s3')
print(len(s3_client.list_buckets()['Buckets']))
"""
    assert run(source) == "3\n"


CUSTOM_PROVIDER = """
from datetime import datetime, timedelta, timezone
import sotalia
from sotalia import CredentialProvider, RefreshableCredentials

class InstanceMetadataProvider(CredentialProvider):
    METHOD = 'my-metadata'
    CANONICAL_NAME = 'MyMetadata'

    def __init__(self, iam_role_fetcher):
        self._role_fetcher = iam_role_fetcher

    def load(self):
        fetcher = self._role_fetcher
        metadata = self._role_fetcher.retrieve_iam_role_credentials()
        if not metadata:
            return None
        creds = RefreshableCredentials.create_from_metadata(
            metadata,
            method=self.METHOD,
            refresh_using=fetcher.retrieve_iam_role_credentials,
        )
        return creds

class Fetcher:
    def retrieve_iam_role_credentials(self):
        return {
            'role_name': 'worker', 'access_key': 'AKIDFROMFETCHER', 'secret_key': 'x' * 40, 'token': 't' * 20,
            'expiry_time': (datetime.now(timezone.utc) + timedelta(hours=1)).isoformat(),
        }
"""


def test_a_provider_of_ones_own_joins_the_chain(world, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    source = (
        CUSTOM_PROVIDER
        + """
from sotalia.session import Session

session = Session()
creds_resolver = session.get_component('credential_provider')
custom_provider = InstanceMetadataProvider(Fetcher())
creds_resolver.insert_after('env', custom_provider)

s3_client = session.create_client('s3')
signed = []
s3_client.meta.events.register('before-send.s3', lambda request, **kwargs: signed.append(
    request.headers['Authorization'].split('/')[0]))
s3_client.list_buckets()
print(signed, session.get_credentials().method, [p.METHOD for p in creds_resolver.providers][:2])
"""
    )
    assert run(source) == "['AWS4-HMAC-SHA256 Credential=AKIDFROMFETCHER'] my-metadata ['env', 'my-metadata']\n"


def test_the_other_things_that_a_session_is_asked_for(world):
    source = """
from sotalia.session import Session
from sotalia.config import Config

session = Session()
heard = []
session.get_component('event_emitter').register('before-send.s3', lambda **kwargs: heard.append('sent'))
session.set_default_client_config(Config(user_agent_extra='from-the-session', region_name='eu-west-1'))
client = session.create_client('s3', region_name='us-east-1')
client.meta.events.register(
    'before-send', lambda request, **kwargs: print('from-the-session' in request.headers['User-Agent']))
client.list_buckets()
print(heard, 'eu-west-1' in session.get_available_regions('s3'), session.get_available_regions('nonsense'))
"""
    assert run(source) == "True\n['sent'] True []\n"
