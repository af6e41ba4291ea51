"""What checkers must find, by the stubs of S3, DynamoDB and EC2: every line that says so, and no other."""

import sotalia
from sotalia import Session


def calls(session: Session) -> None:
    s3 = session.client("s3")
    s3.put_object(Bucket="b", Key="k", StorageKlass="GLACIER")  # wrong: no such parameter
    s3.put_object(Bucket="b", Key="k", StorageClass="GLACIAL")  # wrong: no such value
    s3.put_object(Bucket="b", Key="k", Body=12)  # wrong: no blob
    s3.get_object(Bucket="b")  # wrong: Key is missing
    print(s3.get_object(Bucket="b", Key="k")["Bodi"])  # wrong: no such member
    s3.get_objekt(Bucket="b", Key="k")  # wrong: no such method
    s3.put_object_tagging(Bucket="b", Key="k", Tagging={"TagSet": [{"Key": "a"}]})  # wrong: Value is missing
    s3.get_paginator("list_objekts")  # wrong: no such paginator
    s3.get_waiter("bucket_exists").wait(Buckets="b", Bucket="b")  # wrong: no such parameter
    s3.get_paginator("list_parts").paginate(Bucket="b", Key="k")  # wrong: UploadId is missing
    s3.generate_presigned_url("get_objekt")  # wrong: no such method
    print(s3.exceptions.NoSuchBukket)  # wrong: no such error
    s3.upload_file("name", "bucket")  # wrong: Key is missing
    session.client("s3", regoin_name="eu-central-1")  # wrong: no such argument


def resources() -> None:
    bucket = sotalia.resource("s3").Bucket("b")
    print(bucket.creation_data)  # wrong: no such attribute
    bucket.objects.filter(Prefiks="x")  # wrong: no such parameter
    for item in bucket.objects.all():
        item.size.upper()  # wrong: a number
    sotalia.resource("dynamodb").Table("t").put_item(Itum={})  # wrong: no such parameter
    sotalia.resource("ec2").Instance("i").start(DryRun="yes")  # wrong: text
