# What the nextjs system's production environment is made of, in another tool's words: the judge of the emulator.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 6.0.0"
    }
  }
}

provider "aws" {
  region            = local.region
  s3_use_path_style = true

  default_tags {
    tags = {
      "groundwork:stack"       = "nextjs"
      "groundwork:environment" = "production"
    }
  }
}

locals {
  name    = "nextjs-production"
  region  = "us-east-1"
  account = data.aws_caller_identity.current.account_id
  zones   = toset(["us-east-1a", "us-east-1b"])
}

data "aws_caller_identity" "current" {}
