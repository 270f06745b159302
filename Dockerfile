# syntax=docker/dockerfile:1
# docker build --build-arg RELEASE=$(git describe --always --abbrev=12 --dirty) .
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# What each record and the log name as the version; .git is not copied.
ARG RELEASE=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.release=$RELEASE" -o /out/server ./cmd/server && mkdir /out/data

# static has the CA roots that TLS to Bedrock needs and the time zones that
# budgets need, and nothing else.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/server /server
COPY --from=build --chown=65532:65532 /out/data /data
ENV BALLAST_DATA_DIR=/data
USER 65532:65532
EXPOSE 8080 9090
ENTRYPOINT ["/server"]
