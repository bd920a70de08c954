"""Fetches the role's credentials with boto3, as a program without any other credentials does."""

import boto3

print(boto3.Session().get_credentials().get_frozen_credentials().access_key)
