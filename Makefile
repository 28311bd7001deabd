# The commands people need. Each is a plain script that can be read and run by itself.
.PHONY: demo test bench bench-matching reliability build format lint

demo:            ## set up, build, load the sample city, serve on http://127.0.0.1:8080 (PORT=… to change)
	@scripts/demo

test:            ## set up, build, run all tests (what CI runs)
	@scripts/test

bench:           ## the benchmarks side by side with their peers; writes docs/performance.md
	@scripts/bench
bench-matching:  ## the labelled name pairs with their peers; more with files, see scripts/bench-matching
	@scripts/bench-matching --peers

reliability:     ## kill -9 at random instants, on both engines; writes docs/reliability.md
	@scripts/reliability

build:           ## set up and build the program for use
	@scripts/bootstrap build
	@swift build -c release --product chengxin

format:          ## put the sources into the agreed form
	@swift format format --in-place --recursive --parallel Package.swift Sources Tests

lint:            ## complain about sources that are not in the agreed form
	@swift format lint --strict --recursive --parallel Package.swift Sources Tests
