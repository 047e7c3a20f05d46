#!/bin/sh
# test/support/certificates.sh DIRECTORY - makes the keys and certificates of the TLS tests, anew for each run.
#
# ca.pem has issued good, expired, future, other, nameless, weak, strange, rsa and client; stranger.pem, which nobody is
# told to trust, has issued unknown; selfsigned has issued itself. NAME.pem is a certificate, NAME.key its key.
set -eu
cd "$1"

cat >ca.cnf <<END
[ca]
default_ca = ca
[ca]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = policy
unique_subject = no
copy_extensions = none
[policy]
commonName = supplied
[req]
distinguished_name = name
prompt = no
[name]
CN = unused
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[good]
subjectAltName = DNS:localhost, DNS:*.wild.test, IP:127.0.0.1, IP:::1
[other]
subjectAltName = DNS:other.example, DNS:www.other.example, DNS:127.0.0.1, IP:10.0.0.1
[nameless]
extendedKeyUsage = serverAuth
[strange]
subjectAltName = DNS:localhost, IP:127.0.0.1
extendedKeyUsage = codeSigning
[client]
extendedKeyUsage = clientAuth
END
: >index.txt
echo 1000 >serial

key() {
    openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
}

root() {
    key "$1"
    openssl req -x509 -config ca.cnf -extensions "$4" -key "$1.key" -subj "/CN=$2" -days 30 -out "$3"
}

# issue NAME COMMON_NAME EXTENSIONS [ISSUER START END]
issue() {
    openssl req -new -config ca.cnf -key "$1.key" -subj "/CN=$2" -out "$1.csr"
    openssl ca -batch -config ca.cnf -notext -cert "${4:-ca}.pem" -keyfile "${4:-ca}.key" -extensions "$3" \
        -startdate "${5:-20200101000000Z}" -enddate "${6:-20490101000000Z}" -in "$1.csr" -out "$1.pem"
}

root ca "Test Root" ca.pem root
root stranger "Unknown Root" stranger.pem root
root selfsigned "localhost" selfsigned.pem good
for name in good expired future other nameless strange unknown client; do key "$name"; done
openssl genrsa -out rsa.key 2048
openssl genrsa -out weak.key 1024

issue good localhost good
issue rsa localhost good
issue weak localhost good
issue expired localhost good ca 20200101000000Z 20210203000000Z
issue future localhost good ca 20400506000000Z 20490101000000Z
issue other other.example other
issue nameless localhost nameless
issue strange localhost strange
issue unknown localhost good stranger
issue client "a client" client

# Keys under a password, in the two forms that openssl writes.
openssl ec -in client.key -aes256 -passout pass:sesame -out client-traditional.key
openssl pkcs8 -topk8 -in client.key -v2 des3 -passout pass:sesame -out client-pkcs8.key

pin() {
    openssl pkey -in "$1.key" -pubout -outform DER | openssl dgst -sha256 -binary
}
pin good | openssl base64 -A >good.pin
pin good | od -An -tx1 | tr -d ' \n' >good.hexpin
pin other | openssl base64 -A >other.pin
