"""Names, signatures, hosts and errors that services have their own way; see ``customization_player``."""

from customization_player import Case, in_json, in_xml

__all__ = ["CASES"]

LAMBDA = {"AWS_LAMBDA_FUNCTION_NAME": "mine", "_X_AMZN_TRACE_ID": "Root=1-2;Parent=3;Sampled=1"}
NO_SIGN = "calls without signature"
QUERY = "query-compatible errors"
QUEUE_ERROR = '{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no"}'
ALIAS = "other names of parameters"
EMPTY = in_xml("<R/>")

CASES: dict[str, Case] = {
    **{
        f"cognito {method}": Case(NO_SIGN, "cognito-identity", method, params, answers=(in_json("{}"),))
        for method, params in (
            ("get_id", {"IdentityPoolId": "us-west-2:a"}),
            ("get_open_id_token", {"IdentityId": "us-west-2:a"}),
            ("unlink_identity", {"IdentityId": "us-west-2:a", "Logins": {"a": "b"}, "LoginsToRemove": ["a"]}),
            ("get_credentials_for_identity", {"IdentityId": "us-west-2:a"}),
            ("list_identity_pools", {"MaxResults": 1}),
        )
    },
    "sts saml": Case(
        NO_SIGN,
        "sts",
        "assume_role_with_saml",
        {"RoleArn": "a" * 20, "PrincipalArn": "p" * 20, "SAMLAssertion": "abcd"},
        answers=(EMPTY,),
    ),
    "sts web": Case(
        NO_SIGN,
        "sts",
        "assume_role_with_web_identity",
        {"RoleArn": "a" * 20, "RoleSessionName": "s", "WebIdentityToken": "abcd"},
        answers=(EMPTY,),
    ),
    **{
        f"sso oidc {text}": Case(
            "errors of OAuth 2.0",
            "sso-oidc",
            "create_token",
            {"clientId": "a", "clientSecret": "b", "grantType": "c"},
            answers=(in_json(text, 400, **fields),),
        )
        for text, fields in (
            ('{"error":"invalid_grant","error_description":"no"}', {}),
            ('{"error":"invalid_grant","error_description":"no"}', {"x_amzn_errortype": "InvalidGrantException"}),
            ('{"error":"weird","error_description":"no","message":"m"}', {}),
            ('{"error":"slow_down"}', {}),
        )
    },
    "cognito idp": Case(
        NO_SIGN,
        "cognito-idp",
        "initiate_auth",
        {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": "a"},
        answers=(in_json("{}"),),
    ),
    "sqs modelled": Case(
        QUERY,
        "sqs",
        "get_queue_url",
        {"QueueName": "q"},
        answers=(in_json(QUEUE_ERROR, 400, x_amzn_query_error="AWS.SimpleQueueService.NonExistentQueue;Sender"),),
    ),
    "sqs plain": Case(QUERY, "sqs", "get_queue_url", {"QueueName": "q"}, answers=(in_json(QUEUE_ERROR, 400),)),
    "sqs odd": Case(
        QUERY,
        "sqs",
        "get_queue_url",
        {"QueueName": "q"},
        answers=(in_json(QUEUE_ERROR, 400, x_amzn_query_error="nothing"),),
    ),
    "cloudwatch": Case(
        QUERY,
        "cloudwatch",
        "list_dashboards",
        {},
        answers=(
            in_json(
                '{"__type":"a#InternalServiceFault","Message":"no"}',
                400,
                x_amzn_query_error="InternalServiceError;Receiver",
            ),
        ),
    ),
    "polly": Case(
        "Polly: presigned speech",
        "polly",
        "generate_presigned_url",
        {"ClientMethod": "synthesize_speech", "Params": {"Text": "a", "OutputFormat": "mp3", "VoiceId": "Joanna"}},
    ),
    "polly sent": Case(
        "Polly: presigned speech",
        "polly",
        "synthesize_speech",
        {"Text": "a", "OutputFormat": "mp3", "VoiceId": "Joanna"},
    ),
    "lex content": Case(
        "Lex: content types",
        "lex-runtime",
        "post_content",
        {
            "botName": "b",
            "botAlias": "a",
            "userId": "u",
            "contentType": "audio/x-l16; sample-rate=16000; channel-count=1",
            "inputStream": b"x",
            "sessionAttributes": {"a": "b"},
        },
    ),
    "lex v2": Case(
        "Lex: content types",
        "lexv2-runtime",
        "recognize_utterance",
        {
            "botId": "b" * 10,
            "botAliasId": "a" * 10,
            "localeId": "en_US",
            "sessionId": "s" * 10,
            "requestContentType": "text/plain; charset=utf-8",
            "inputStream": b"x",
        },
    ),
    "lex v1 text": Case(
        "Lex: content types",
        "lex-runtime",
        "post_text",
        {"botName": "b", "botAlias": "a", "userId": "u", "inputText": "t", "sessionAttributes": {"a": "b"}},
        answers=(in_json("{}"),),
    ),
    "search": Case(
        "CloudSearch Domain: searches are forms",
        "cloudsearchdomain",
        "search",
        {"query": "a b", "size": 3},
        client={"endpoint_url": "https://search.example.com"},
        answers=(in_json("{}"),),
    ),
    "search returns": Case(
        ALIAS,
        "cloudsearchdomain",
        "search",
        {"query": "a b", "returnFields": "x"},
        client={"endpoint_url": "https://search.example.com"},
        answers=(in_json("{}"),),
    ),
    "search return": Case(
        ALIAS,
        "cloudsearchdomain",
        "search",
        {"query": "a b", "return": "x"},
        client={"endpoint_url": "https://search.example.com"},
        answers=(in_json("{}"),),
    ),
    "suggest": Case(
        "CloudSearch Domain: searches are forms",
        "cloudsearchdomain",
        "suggest",
        {"query": "a b", "suggester": "s"},
        client={"endpoint_url": "https://search.example.com"},
        answers=(in_json("{}"),),
    ),
    "ec2 filters": Case(
        ALIAS, "ec2", "describe_instances", {"Filters": [{"Name": "a", "Values": ["b"]}]}, answers=(EMPTY,)
    ),
    "ec2 filter": Case(
        ALIAS, "ec2", "describe_instances", {"Filter": [{"Name": "a", "Values": ["b"]}]}, answers=(EMPTY,)
    ),
    "ec2 fleets filter": Case(
        ALIAS, "ec2", "describe_transit_gateways", {"Filter": [{"Name": "a", "Values": ["b"]}]}, answers=(EMPTY,)
    ),
    "ec2 flow logs": Case(
        ALIAS, "ec2", "describe_flow_logs", {"Filter": [{"Name": "a", "Values": ["b"]}]}, answers=(EMPTY,)
    ),
    "ec2 flow logs filters": Case(
        ALIAS, "ec2", "describe_flow_logs", {"Filters": [{"Name": "a", "Values": ["b"]}]}, answers=(EMPTY,)
    ),
    "ec2 flow logs both": Case(
        ALIAS,
        "ec2",
        "describe_flow_logs",
        {"Filters": [{"Name": "a", "Values": ["b"]}], "Filter": [{"Name": "a", "Values": ["b"]}]},
        answers=(EMPTY,),
    ),
    "logs from": Case(
        ALIAS,
        "logs",
        "create_export_task",
        {"logGroupName": "g", "fromTime": 1, "to": 2, "destination": "d"},
        answers=(in_json("{}"),),
    ),
    "logs from name": Case(
        ALIAS,
        "logs",
        "create_export_task",
        {"logGroupName": "g", "from": 1, "to": 2, "destination": "d"},
        answers=(in_json("{}"),),
    ),
    "logs from both": Case(
        ALIAS,
        "logs",
        "create_export_task",
        {"logGroupName": "g", "from": 1, "fromTime": 1, "to": 2, "destination": "d"},
        answers=(in_json("{}"),),
    ),
    "logs from null": Case(
        ALIAS,
        "logs",
        "create_export_task",
        {"logGroupName": "g", "fromTime": None, "to": 2, "destination": "d"},
        answers=(in_json("{}"),),
    ),
    "mturk alias": Case(
        "other names of methods",
        "mturk",
        "list_hi_ts_for_qualification_type",
        {"QualificationTypeId": "q"},
        answers=(in_json("{}"),),
    ),
    "mturk name": Case(
        "other names of methods",
        "mturk",
        "list_hits_for_qualification_type",
        {"QualificationTypeId": "q"},
        answers=(in_json("{}"),),
    ),
    "socialmessaging alias": Case(
        "other names of methods",
        "socialmessaging",
        "delete_whatsapp_media_message",
        {"mediaId": "m", "originationPhoneNumberId": "phone-number-id-01234567890123456789012345678901"},
        answers=(in_json("{}"),),
    ),
    **{
        f"cloudwatch {name}": Case("other names of methods", "cloudwatch", name, {}, answers=(in_json("{}"),))
        for name in (
            "get_o_tel_enrichment",
            "start_o_tel_enrichment",
            "stop_o_tel_enrichment",
            "update_o_tel_enrichment",
            "get_otel_enrichment",
        )
    },
    **{
        f"trace {name}": Case("recursion detection", service, method, params, env=env, answers=(EMPTY,))
        for name, env in (
            ("lambda", LAMBDA),
            ("no function", {"_X_AMZN_TRACE_ID": "Root=1"}),
            ("no trace", {"AWS_LAMBDA_FUNCTION_NAME": "mine"}),
            ("odd", {**LAMBDA, "_X_AMZN_TRACE_ID": "a b\nü\"{}=;:+&[]'"}),
        )
        for service, method, params in (("sts", "get_caller_identity", {}), ("s3", "list_buckets", {}))
    },
    **{
        f"service alias {name}": Case("other names of services", name, method, params, answers=(in_json("{}"),))
        for name, method, params in (
            ("runtime.sagemaker", "invoke_endpoint", {"EndpointName": "e", "Body": b"x"}),
            ("sagemaker-runtime", "invoke_endpoint", {"EndpointName": "e", "Body": b"x"}),
        )
    },
    "prefix off": Case(
        "host prefixes",
        "servicediscovery",
        "discover_instances",
        {"NamespaceName": "n", "ServiceName": "s"},
        config={"inject_host_prefix": False},
        answers=(in_json("{}"),),
    ),
    "prefix on": Case(
        "host prefixes",
        "servicediscovery",
        "discover_instances",
        {"NamespaceName": "n", "ServiceName": "s"},
        answers=(in_json("{}"),),
    ),
    "prefix off by environment": Case(
        "host prefixes",
        "servicediscovery",
        "discover_instances",
        {"NamespaceName": "n", "ServiceName": "s"},
        env={"AWS_DISABLE_HOST_PREFIX_INJECTION": "true"},
        answers=(in_json("{}"),),
    ),
    "prefix of endpoint": Case(
        "host prefixes",
        "servicediscovery",
        "discover_instances",
        {"NamespaceName": "n", "ServiceName": "s"},
        client={"endpoint_url": "http://localhost:4566"},
        answers=(in_json("{}"),),
    ),
    "prefix with label": Case("host prefixes", "medialive", "list_channels", {}, answers=(in_json("{}"),)),
    "prefix of a parameter": Case("host prefixes", "mediastore-data", "list_items", {}, answers=(in_json("{}"),)),
    "idempotency": Case(
        "idempotency tokens",
        "ec2",
        "create_client_vpn_route",
        {"ClientVpnEndpointId": "c", "DestinationCidrBlock": "d", "TargetVpcSubnetId": "s"},
        answers=(EMPTY,),
    ),
    "idempotency given": Case(
        "idempotency tokens",
        "ec2",
        "create_client_vpn_route",
        {"ClientVpnEndpointId": "c", "DestinationCidrBlock": "d", "TargetVpcSubnetId": "s", "ClientToken": "mine"},
        answers=(EMPTY,),
    ),
    "discovery version": Case(
        "endpoint discovery", "timestream-write", "describe_endpoints", {}, answers=(in_json('{"Endpoints":[]}'),)
    ),
    "documents": Case(
        "free documents",
        "bedrock-runtime",
        "converse",
        {
            "modelId": "m",
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"toolResult": {"toolUseId": "t", "content": [{"json": {"a": [1, None, 2.5, True, "ü"]}}]}}
                    ],
                }
            ],
        },
        answers=(in_json("{}"),),
    ),
    "events endpoint": Case(
        "EventBridge: global endpoints",
        "events",
        "put_events",
        {"Entries": [{"Source": "s"}]},
        answers=(in_json("{}"),),
    ),
    "iot": Case("IoT data plane", "iot-data", "publish", {"topic": "a/b", "payload": b"x"}),
    **{
        f"without {name}": Case("streams in both directions have no method", service, name, {})
        for service, name in (
            ("lexv2-runtime", "start_conversation"),
            ("qbusiness", "chat"),
            ("bedrock-runtime", "invoke_model_with_bidirectional_stream"),
            ("polly", "start_speech_synthesis_stream"),
        )
    },
}
