"""Mechanisms that know no AWS service."""
