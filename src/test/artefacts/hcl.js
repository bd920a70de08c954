// hcl.js FILE: parses it as Terraform and Packer do, by HashiCorp's own parser, and prints it as JSON.
const { parse } = require('@cdktn/hcl2json');
const { readFileSync } = require('node:fs');

parse('input.tf', readFileSync(process.argv[2], 'utf8')).then(
    (tree) => console.log(JSON.stringify(tree)),
    (error) => { console.error(error); process.exit(1); });
