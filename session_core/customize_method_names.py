"""Services of which boto3's users call a method by another name: it was made of the operation's by older rules."""

from typing import ClassVar

from .customization import Customization

__all__ = ["CloudWatch", "MTurk", "SignIn", "SocialMessaging"]


class MTurk(Customization):
    """``HITs`` was two words."""

    method_aliases: ClassVar = {"list_hi_ts_for_qualification_type": "list_hits_for_qualification_type"}


class CloudWatch(Customization):
    """``OTel`` was two words."""

    method_aliases: ClassVar = {
        f"{verb}_o_tel_enrichment": f"{verb}_otel_enrichment" for verb in ("get", "start", "stop", "update")
    }


class SignIn(Customization):
    """``OAuth2`` was two words."""

    method_aliases: ClassVar = {"create_o_auth2_token": "create_oauth2_token"}


class SocialMessaging(Customization):
    """Two words changed places."""

    method_aliases: ClassVar = {"delete_whatsapp_media_message": "delete_whatsapp_message_media"}
