#!/bin/sh
# Makes server.p12 (password "secret") and its certificate, server.pem: signed by itself, for 127.0.0.1 alone, for a hundred years.
set -eu
keytool -genkeypair -alias server -keyalg EC -groupname secp256r1 -dname CN=dafl-test -ext san=ip:127.0.0.1 \
  -validity 36500 -storetype PKCS12 -keystore server.p12 -storepass secret
keytool -exportcert -rfc -alias server -keystore server.p12 -storepass secret -file server.pem
