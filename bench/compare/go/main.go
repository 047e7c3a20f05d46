// compare/go - Go's standard library: net/http with one client, one goroutine per connection, and an encoding that is
// done once. Answers are read whole and not looked at.
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const bodyBytes = 200

func body() []byte {
	words := "Read the parser, name its invariants, and write a test for each. "
	prompt := strings.Repeat(words, bodyBytes/len(words)+1)
	return []byte(`{"prompt":"` + prompt[:bodyBytes-len(`{"prompt":""}`)] + `"}`)
}

func cpu() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		fail(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "go:", err)
	os.Exit(1)
}

func newClient(connections int, caFile string) *http.Client {
	transport := &http.Transport{
		MaxIdleConns:        connections,
		MaxIdleConnsPerHost: connections,
		MaxConnsPerHost:     connections,
		DisableCompression:  true,
	}
	if caFile != "" {
		pem, err := os.ReadFile(caFile)
		if err != nil {
			fail(err)
		}
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(pem)
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MaxVersion: tls.VersionTLS12}
	}
	return &http.Client{Transport: transport, Timeout: 30 * time.Second}
}

func post(client *http.Client, url string, request []byte, answer *bytes.Buffer) {
	message, err := http.NewRequest("POST", url, bytes.NewReader(request))
	if err != nil {
		fail(err)
	}
	message.Header["Content-Type"] = []string{"application/json"}
	message.Header["Accept"] = []string{"application/json"}
	response, err := client.Do(message)
	if err != nil {
		fail(err)
	}
	answer.Reset()
	if _, err := io.Copy(answer, response.Body); err != nil {
		fail(err)
	}
	response.Body.Close()
	if response.StatusCode != 200 || answer.Len() == 0 {
		fail(fmt.Errorf("status %d", response.StatusCode))
	}
}

func main() {
	row := flag.String("row", "", "")
	port := flag.Int("port", 0, "")
	count := flag.Int64("requests", 200000, "")
	connections := flag.Int("connections", 64, "")
	caFile := flag.String("ca", "", "")
	flag.Int("plain-port", 0, "")
	flag.Parse()

	scheme := "http"
	if *caFile != "" {
		scheme = "https"
	}
	url := fmt.Sprintf("%s://127.0.0.1:%d/run", scheme, *port)
	client := newClient(*connections, *caFile)
	request := body()
	warmUp := int64(*connections) * 4
	var submitted, answered, began, ended atomic.Int64
	var beganAt, endedAt time.Time
	var workers sync.WaitGroup
	for i := 0; i < *connections; i++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			var answer bytes.Buffer
			for submitted.Add(1) <= warmUp+*count {
				post(client, url, request, &answer)
				switch answered.Add(1) {
				case warmUp:
					beganAt = time.Now()
					began.Store(cpu())
				case warmUp + *count:
					ended.Store(cpu())
					endedAt = time.Now()
				}
			}
		}()
	}
	workers.Wait()
	fmt.Printf("{\"row\":\"%s\",\"peer\":\"go\",\"value\":%.3f,\"wall_ns\":%.3f}\n", *row,
		float64(ended.Load()-began.Load())/float64(*count),
		float64(endedAt.Sub(beganAt).Nanoseconds())/float64(*count))
}
