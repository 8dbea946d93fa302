# One static program.
FROM scratch
COPY ca-certificates.crt /etc/ssl/certs/
COPY tmp /tmp
COPY program /program
ENTRYPOINT ["/program"]
