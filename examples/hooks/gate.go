package main

import (
	"cmp"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
)

func main() {
	gate := func(w http.ResponseWriter, r *http.Request) {
		var hook struct{ Images struct{ New []string } }
		if err := json.NewDecoder(r.Body).Decode(&hook); err != nil {
			http.Error(w, "not the JSON of a hook", http.StatusBadRequest)
			return
		}
		for _, image := range hook.Images.New {
			if strings.Contains(image, "-rc") {
				http.Error(w, image+" is a release candidate", http.StatusForbidden)
				return
			}
		}
		io.WriteString(w, "no release candidate")
	}
	log.Fatal(http.ListenAndServe(":"+cmp.Or(os.Getenv("PORT"), "8080"), http.HandlerFunc(gate)))
}
