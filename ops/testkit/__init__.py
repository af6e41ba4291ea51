"""Fakes and checks for those who test what uses sotalia."""
