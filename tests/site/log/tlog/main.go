// Reads a published log with Go's golang.org/x/mod/sumdb, which knows nothing of ours.
//
// A line in: folder, verifier key, old size, old root, place, leaf hash (base64).
// A line out: "ok SIZE ROOT", or what does not hold.
package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		// tlog-tiles leaves out the height, which is always 8
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil && tile.W < 256 {
			whole := tile
			whole.W = 256
			path = strings.Replace(whole.Path(), "tile/8/", "tile/", 1)
			data, err = os.ReadFile(filepath.Join(string(f), path))
			if err == nil {
				data = data[:tile.W*tlog.HashSize]
			}
		}
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d octets", path, len(data))
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func hash(text string) (h tlog.Hash, err error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err == nil && len(data) != tlog.HashSize {
		err = fmt.Errorf("no hash: %q", text)
	}
	copy(h[:], data)
	return h, err
}

func check(words []string) (string, error) {
	verifier, err := note.NewVerifier(words[1])
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(words[0], "checkpoint"))
	if err != nil {
		return "", err
	}
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return "", err
	}
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		return "", fmt.Errorf("origin %q", lines[0])
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return "", err
	}
	root, err := hash(lines[2])
	if err != nil {
		return "", err
	}
	tree := tlog.Tree{N: size, Hash: root}
	reader := tlog.TileHashReader(tree, folder(words[0]))
	top, err := tlog.TreeHash(size, reader)
	if err != nil {
		return "", err
	}
	if top != root {
		return "", fmt.Errorf("root is %v, not %v", top, root)
	}
	old, _ := strconv.ParseInt(words[2], 10, 64)
	if old > 0 {
		oldRoot, err := hash(words[3])
		if err != nil {
			return "", err
		}
		proof, err := tlog.ProveTree(size, old, reader)
		if err != nil {
			return "", err
		}
		if err := tlog.CheckTree(proof, size, root, old, oldRoot); err != nil {
			return "", err
		}
	}
	place, _ := strconv.ParseInt(words[4], 10, 64)
	leaf, err := hash(words[5])
	if err != nil {
		return "", err
	}
	proof, err := tlog.ProveRecord(size, place, reader)
	if err != nil {
		return "", err
	}
	if err := tlog.CheckRecord(proof, size, root, place, leaf); err != nil {
		return "", err
	}
	return fmt.Sprintf("ok %d %v", size, root), nil
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(make([]byte, 1<<16), 1<<16)
	for input.Scan() {
		told, err := check(strings.Fields(input.Text()))
		if err != nil {
			told = "error: " + strings.ReplaceAll(err.Error(), "\n", " ")
		}
		fmt.Println(told)
	}
}
